using Dashboard.Components.Viewing;

namespace Dashboard.Tests.Components.Viewing;

public sealed class QuantityTests
{
    [Theory]
    [InlineData(null, "–")]
    [InlineData(double.NaN, "–")]
    [InlineData(0d, "0")]
    [InlineData(0.05, "<1")]
    [InlineData(1d, "8")]
    [InlineData(124.9, "999")]
    [InlineData(125d, "1.00 k")]
    [InlineData(124.96, "1.00 k")] // 999.68 bit/s are not written 1000
    [InlineData(2_300_000d, "18.4 M")]
    [InlineData(12_490_000d, "99.9 M")]
    [InlineData(12_499_000d, "100 M")]
    [InlineData(242_500_000d, "1.94 G")]
    public void A_rate_is_three_significant_digits_of_bits_per_second(double? bytesPerSecond, string shown) =>
        Assert.Equal(shown, Quantity.BitRate(bytesPerSecond));

    [Theory]
    [InlineData(null, "–")]
    [InlineData(0d, "0 bit/s")]
    [InlineData(2_300_000d, "18.4 Mbit/s")]
    public void A_rate_can_bring_its_unit(double? bytesPerSecond, string shown) =>
        Assert.Equal(shown, Quantity.BitRateWithUnit(bytesPerSecond));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1 B")]
    [InlineData(999, "999 B")]
    [InlineData(2_048, "2.05 kB")]
    [InlineData(999_999, "1.00 MB")]
    [InlineData(long.MaxValue, "9.22 EB")]
    public void An_amount_is_three_significant_digits_of_bytes(long bytes, string shown) => Assert.Equal(shown, Quantity.Bytes(bytes));

    [Theory]
    [InlineData(0, "0 clients")]
    [InlineData(1, "1 client")]
    [InlineData(1_284, "1,284 clients")]
    public void A_count_agrees_with_its_noun(long count, string shown) => Assert.Equal(shown, Quantity.Count(count, "client"));
}
