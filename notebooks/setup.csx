// What every notebook here starts with: the library, as `dotnet build` leaves it, and its namespaces.
#r "../lib/Workbook/bin/TorchSharp.dll"
#r "../lib/Workbook/bin/Microsoft.Data.Analysis.dll"
#r "../lib/Workbook/bin/DeepClustering.dll"
#r "../lib/Workbook/bin/DeepClustering.Charts.dll"
#r "../lib/Workbook/bin/DeepClustering.Files.dll"

using DeepClustering.Charts;
using DeepClustering.Data;
using DeepClustering.Files;
using DeepClustering.Graphs;
using DeepClustering.Likelihoods;
using DeepClustering.Metrics;
using DeepClustering.Mixtures;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Runs;
using DeepClustering.Samples;
using DeepClustering.Studies;
using DeepClustering.Training;
using TorchSharp;
