using System.Diagnostics;
using static TorchSharp.torch;

namespace DeepClustering.Devices;

/// <summary>Lets torch compute with fewer threads while other programs keep processors busy.</summary>
/// <remarks>
/// Threads that wait for one another are slower on a processor that is shared than one alone on a free one. Only on Linux, which tells
/// how busy the machine is, and only where nothing changes but the time. Elsewhere the number stays as it is.
/// </remarks>
/// <param name="isSame">Tries whether what is computed is the same with one thread and with all; asked once, before the first change.</param>
internal sealed class SharedProcessors(Func<bool> isSame)
{
    /// <summary>Long enough for the system's clock ticks of 10 ms, short next to what is felt.</summary>
    private static readonly TimeSpan _between = TimeSpan.FromSeconds(0.5);

    private static readonly bool _mayChange = OperatingSystem.IsLinux() && File.Exists(ProcessorTimes.File);

    /// <summary>What was left at the last look, whoever looked: a training that follows another begins with it.</summary>
    private static volatile int _left = int.MaxValue;

    private readonly Lazy<bool> _isSame = new(isSame);
    private int _most = 1;
    private long _looked;
    private (ProcessorTimes Machine, TimeSpan Own) _times;

    /// <summary>Whether trainings of several processes find out about one another: not where only a part of the processors' time is this program's.</summary>
    public static bool SeesOthers => _mayChange && ProcessorTimes.Now() is { All: > 0 } now && now.Processors == Environment.ProcessorCount;

    /// <summary>Shares from here on, with what the last look gave, until the result is disposed; then the number of threads is what it was.</summary>
    public Sharing Begin()
    {
        _most = _mayChange ? get_num_threads() : 1;
        if (_most > 1)
        {
            // What others did since the last end says nothing: this program may have waited for them.
            Look();
            Give(_left);
        }
        return new(this);
    }

    /// <summary>Before each step: looks at what else runs, now and then, and gives torch the threads that are left.</summary>
    public void Adjust()
    {
        if (_most == 1 || Stopwatch.GetElapsedTime(_looked) is var since && since < _between)
        {
            return;
        }
        var before = _times;
        Look();
        double others = _times.Machine.BusySince(before.Machine) - (_times.Own - before.Own) / since;
        Give(ThreadsFor(others, _times.Machine.Processors, _most));
    }

    /// <summary>Before a step unlike those that were compared: computes with all threads.</summary>
    public void GiveAll()
    {
        if (_most > 1 && get_num_threads() != _most)
        {
            set_num_threads(_most);
        }
    }

    /// <summary>How many threads to compute with.</summary>
    /// <param name="others">How many processors other programs keep busy.</param>
    /// <param name="processors">How many there are.</param>
    /// <param name="most">The number of threads on an idle machine.</param>
    internal static int ThreadsFor(double others, int processors, int most) => Math.Clamp((int)Math.Floor(processors - others + 0.5), 1, most);

    private void Look() => (_looked, _times) = (Stopwatch.GetTimestamp(), (ProcessorTimes.Now(), Environment.CpuUsage.TotalTime));

    private void Give(int threads)
    {
        _left = threads;
        int now = Math.Min(threads, _most);
        if (get_num_threads() != now && _isSame.Value)
        {
            set_num_threads(now);
        }
    }

    /// <summary>Ends the sharing.</summary>
    internal readonly struct Sharing(SharedProcessors processors) : IDisposable
    {
        public void Dispose() => processors.GiveAll();
    }
}
