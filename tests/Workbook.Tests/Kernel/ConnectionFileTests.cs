using Workbook.Kernel;
using Xunit;

namespace Workbook.Tests.Kernel;

public sealed class ConnectionFileTests : IDisposable
{
    // As jupyter_client writes it.
    private const string Sound = """
        {
          "shell_port": 46221, "iopub_port": 39171, "stdin_port": 60229, "control_port": 36467, "hb_port": 48001,
          "ip": "127.0.0.1", "key": "0d1b-k", "transport": "tcp", "signature_scheme": "hmac-sha256", "kernel_name": "csharp", "jupyter_session": "x"
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void IsReadAsJupyterWritesIt() => Assert.Equal(
        new ConnectionFile("127.0.0.1", 46221, 36467, 39171, 60229, 48001, "tcp", "hmac-sha256", "0d1b-k"),
        ConnectionFile.Read(_folder.Write("kernel.json", Sound)));

    [Theory]
    [InlineData("\"hb_port\": 48001", "\"hb_port\": 0", "0 is not a port")]
    [InlineData("\"hb_port\": 48001", "\"hb_port\": 70000", "70000 is not a port")]
    [InlineData("\"hb_port\": 48001", "\"hb_port\": 46221", "two of its ports are the same")]
    [InlineData("\"hb_port\": 48001,", "", "hb_port")]
    [InlineData("48001", "\"a\"", "hb_port")]
    [InlineData("127.0.0.1", "nowhere.example", "which is not an IP address")]
    [InlineData("\"127.0.0.1\"", "null", "ip")]
    [InlineData("\"tcp\"", "\"ipc\"", "only \"tcp\" is supported")]
    [InlineData("hmac-sha256", "hmac-md5", "only \"hmac-sha256\" is supported")]
    [InlineData("\"key\": \"0d1b-k\",", "", "key")]
    [InlineData("{", "", "is not a connection file")]
    public void DamageIsNamed(string sound, string damaged, string message)
    {
        string path = _folder.Write("kernel.json", Sound.Replace(sound, damaged, StringComparison.Ordinal));
        string found = Assert.Throws<InvalidDataException>(() => ConnectionFile.Read(path)).Message;
        Assert.StartsWith(path, found, StringComparison.Ordinal);
        Assert.Contains(message, found, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsNotThereIsNamed() =>
        Assert.Contains("missing.json does not exist", Assert.Throws<FileNotFoundException>(() => ConnectionFile.Read("missing.json")).Message, StringComparison.Ordinal);
}
