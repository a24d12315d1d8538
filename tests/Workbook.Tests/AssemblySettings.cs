using Xunit;
using Xunit.Sdk;
using Xunit.v3;

// The working directory, the console and the interruption belong to the whole process: one test after another,
// but for classes with a collection of their own, which only start other processes.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: Parallelization(Mode = ParallelMode.Collections)]
