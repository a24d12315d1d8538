using Xunit.Sdk;
using Xunit.v3;

// Each test trains, and one training takes all cores.
[assembly: Parallelization(Mode = ParallelMode.None)]
