using TorchSharp;
using static TorchSharp.torch;

namespace DeepClustering.Devices;

/// <summary>Where models compute: the processor, or a graphics card that the program's libtorch was built for.</summary>
public static class ComputeDevice
{
    /// <summary>The environment variable that chooses it, by torch's names: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>mps</c>.</summary>
    public const string Variable = "TORCH_DEVICE";

    /// <summary>Where new models are put; the processor unless <see cref="Variable"/> says otherwise.</summary>
    /// <exception cref="InvalidOperationException">The variable names no device, or one that is not there; the message says what is.</exception>
    public static Device Default
    {
        get
        {
            string? name = Environment.GetEnvironmentVariable(Variable);
            return string.IsNullOrEmpty(name) ? CPU : Named(name);
        }
    }

    /// <summary>The device of a name.</summary>
    /// <param name="name">Such as <c>cuda:0</c>.</param>
    /// <exception cref="InvalidOperationException">There is none of that name; the message says what is expected.</exception>
    internal static Device Named(string name)
    {
        Device device;
        try
        {
            device = new Device(name);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new InvalidOperationException($"{Variable}: found \"{name}\", expected cpu, cuda, cuda:0, cuda:1 … or mps.", e);
        }
        bool there = device.type switch
        {
            DeviceType.CPU => true,
            DeviceType.CUDA => cuda.is_available() && device.index < cuda.device_count(),
            DeviceType.MPS => mps_is_available(),
            _ => false,
        };
        return there ? device : throw new InvalidOperationException(
            $"{Variable}: there is no device \"{name}\" here; found {cuda.device_count()} CUDA devices. " +
            "A graphics card needs a driver and a build with its libtorch, such as dotnet build -p:TorchBackend=cuda-linux.");
    }
}
