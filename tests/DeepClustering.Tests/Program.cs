using DeepClustering.Tests;
using DeepClustering.Tests.Devices;
using DeepClustering.Tests.Resuming;
using DeepClustering.Tests.Training;
using Xunit.MicrosoftTestingPlatform;

// Tests that end a training process by force, or need one of their own, start this program once more.
if (args is ["hold", var held])
{
    SmallTraining.Hold(held);
    return 0;
}
if (args is ["train", var name, var folder])
{
    SmallTraining.InAProcessOfItsOwn(name, folder);
    return 0;
}
if (args is ["share"])
{
    SharedProcessorsTests.InAProcessOfItsOwn();
    return 0;
}
if (args is ["memory"])
{
    MemoryTests.InAProcessOfItsOwn();
    return 0;
}
return args.Contains("-automated") || args.Contains("@@")
    ? await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args)
    : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
