using Xunit;

namespace Workbook.Tests;

public sealed class PlaceholderDeleteMe
{
    [Fact]
    public void Runs() => Assert.Equal(4, 2 + 2);
}
