// Keeps the end of a scrolling element in view until the reader scrolls away from it.
export function follow(element, owner) {
  if (!element) return { dispose() {} }; // it was taken from the page while this module was on its way

  let following = true;
  const toEnd = () => { element.scrollTop = element.scrollHeight; };
  const onScroll = () => {
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 24;
    if (atEnd !== following) {
      following = atEnd;
      owner.invokeMethodAsync('SetFollowingAsync', following).catch(() => { /* the circuit is gone */ });
    }
  };
  const added = new MutationObserver(() => { if (following) toEnd(); });
  added.observe(element, { childList: true });
  // Where the box or its lines get another size, the end is elsewhere: not the reader's doing.
  const resized = new ResizeObserver(() => { if (following) toEnd(); });
  resized.observe(element);
  element.addEventListener('scroll', onScroll, { passive: true });
  toEnd();
  return {
    dispose() {
      added.disconnect();
      resized.disconnect();
      element.removeEventListener('scroll', onScroll);
    },
  };
}
