using Microsoft.Playwright;

namespace Ui.Benchmarks.Browsing;

/// <summary>A list scrolled at one speed, turning round at its ends, and what was seen meanwhile.</summary>
/// <param name="FramesPerSecond">How many were drawn.</param>
/// <param name="LongestFrame">The longest wait for one, in milliseconds.</param>
/// <param name="BlankPercent">Of all looks at places in the list: where no row was.</param>
internal sealed record SteadyScroll(double FramesPerSecond, double LongestFrame, double BlankPercent)
{
    private const int PixelsPerSecond = 2_000;

    // The list moves with the clock, not with the frames: a slow page skips, it does not scroll less.
    // Eight places under the heading are looked at before each step, when what is drawn is what was laid out.
    private const string Script = """
        ([selector, speed, milliseconds]) => new Promise(resolve => {
          const scroller = document.querySelector(selector);
          scroller.scrollIntoView({ block: 'center' });
          const box = scroller.getBoundingClientRect();
          const top = Math.max(scroller.querySelector('thead')?.getBoundingClientRect().bottom ?? box.top, 0);
          const bottom = Math.min(box.bottom, innerHeight);
          const places = Array.from({ length: 8 }, (_, i) => top + (bottom - top) * (i + 0.5) / 8);
          let begin, last, frames = 0, looks = 0, blanks = 0, longest = 0, direction = 1;
          const step = now => {
            begin ??= now;
            if (last !== undefined) {
              frames++;
              longest = Math.max(longest, now - last);
              for (const y of places) {
                const row = document.elementFromPoint(box.left + 40, y)?.closest('tr');
                looks++;
                if (!row || row.textContent.trim() === '') blanks++;
              }
              if (now - begin >= milliseconds) {
                resolve([frames * 1000 / (now - begin), longest, 100 * blanks / looks]);
                return;
              }
              scroller.scrollTop += direction * speed * (now - last) / 1000;
              const end = scroller.scrollHeight - scroller.clientHeight - 1;
              if (scroller.scrollTop >= end) direction = -1;
              if (scroller.scrollTop <= 0) direction = 1;
            }
            last = now;
            requestAnimationFrame(step);
          };
          requestAnimationFrame(step);
        })
        """;

    public static async Task<SteadyScroll> MeasureAsync(IPage page, TimeSpan duration)
    {
        double[] seen = await page.EvaluateAsync<double[]>(Script, new object[] { Markup.ClientScroller, PixelsPerSecond, duration.TotalMilliseconds });
        return new(seen[0], seen[1], seen[2]);
    }
}
