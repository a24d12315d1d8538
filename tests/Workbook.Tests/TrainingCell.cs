namespace Workbook.Tests;

/// <summary>A cell that trains a model of a few weights on black images.</summary>
internal static class TrainingCell
{
    public static string Of(int epochs) => $$"""
        #r "{{Library("TorchSharp")}}"
        #r "{{Library("DeepClustering")}}"
        #r "{{Library("DeepClustering.Charts")}}"
        using DeepClustering.Charts;
        using DeepClustering.Models;
        using DeepClustering.Networks;
        using DeepClustering.Training;
        using TorchSharp;
        var vae = new Vae(new MultilayerPerceptron { InputSize = 4, HiddenWidths = new[] { 3 }, LatentSize = 2 });
        var trainer = new Trainer(vae, torch.zeros(8, 4, dtype: torch.uint8), new TrainingOptions { Epochs = {{epochs}} });
        TrainingProgress.Follow(trainer);
        """;

    private static string Library(string name) => Path.Combine(AppContext.BaseDirectory, name + ".dll");
}
