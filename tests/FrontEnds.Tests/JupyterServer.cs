using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Xunit;

namespace FrontEnds.Tests;

/// <summary>Jupyter Notebook's server, on a free port of this machine alone.</summary>
internal static class JupyterServer
{
    /// <summary>Starts the server, which ends with the workshop, and waits until it answers.</summary>
    /// <returns>A notebook's address, by its file's name.</returns>
    public static async Task<Func<string, string>> StartAsync(Workshop workshop, string program)
    {
        int port = FreePort();
        string token = RandomNumberGenerator.GetHexString(32);
        (var process, var lines) = workshop.Start(
            program, [("JUPYTER_TOKEN", token)], "--no-browser", "--allow-root", "--ip=127.0.0.1", $"--port={port}", "--NotebookApp.port_retries=0");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var client = new HttpClient(new HttpClientHandler { UseProxy = false });
        while (!await AnswersAsync(client, $"http://127.0.0.1:{port}/api", patience.Token))
        {
            Assert.False(process.HasExited, string.Join('\n', lines));
            await Task.Delay(200, patience.Token);
        }
        return notebook => $"http://127.0.0.1:{port}/notebooks/notebooks/{notebook}?token={token}";
    }

    private static async Task<bool> AnswersAsync(HttpClient client, string address, CancellationToken cancellation)
    {
        try
        {
            return (await client.GetAsync(address, cancellation)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
