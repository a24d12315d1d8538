using Xunit.Sdk;
using Xunit.v3;

// The working directory, the console and the interruption belong to the whole process.
[assembly: Parallelization(Mode = ParallelMode.None)]
