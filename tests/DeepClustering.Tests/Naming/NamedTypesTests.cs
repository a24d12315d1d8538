using System.Text.Json;
using DeepClustering.Augmentations;
using DeepClustering.Data;
using DeepClustering.Likelihoods;
using DeepClustering.Naming;
using DeepClustering.Networks;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Naming;

public sealed class NamedTypesTests
{
    private static T Again<T>(T value) => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(value))!;

    [Fact]
    public void WhatTheLibraryHasIsWrittenAndReadByName()
    {
        foreach (var likelihood in new ILikelihood[] { new Bernoulli(), new ContinuousBernoulli(), new Gaussian(0.3) { Support = Support.Real }, new HeteroscedasticGaussian(0.2), new Poisson() })
        {
            Assert.Equal(likelihood, Again(likelihood));
            NamedTypes.RequireSaveable(likelihood);
        }
        foreach (var augmentation in new IAugmentation[] { new Affine { Rotation = 3, Shear = 0.1 }, new FeatureNoise(0.3), new FeatureMasking(0.4) })
        {
            Assert.Equal(augmentation, Again(augmentation));
        }
        foreach (var architecture in new Architecture[]
        {
            new MultilayerPerceptron { InputSize = 12, Shape = new(3, 2, 2), HiddenWidths = [4], LatentSize = 3 },
            new ConvolutionalNetwork(new ImageShape(3, 9, 7)) { Channels = [4, 5], LatentSize = 3 },
        })
        {
            var again = Again(architecture);
            Assert.Equal((architecture.GetType(), architecture.ToString(), architecture.Shape), (again.GetType(), again.ToString(), again.Shape));
            NamedTypes.RequireSaveable(architecture);
        }
    }

    [Fact]
    public void RecordsThatAreOlderThanTheChoiceStillLoad()
    {
        Assert.Equal("12-4-3", JsonSerializer.Deserialize<Architecture>("""{"PixelCount":12,"HiddenWidths":[4],"LatentSize":3}""")!.ToString());
        Assert.Equal(new Affine { Rotation = 10, Shift = 2 }, JsonSerializer.Deserialize<IAugmentation>("""{"Rotation":10,"Shift":2,"Scale":0,"Shear":0}"""));
        Assert.Equal(new Bernoulli(), JsonSerializer.Deserialize<ILikelihood>("""{"$type":"Bernoulli"}"""));
        Assert.Equal(new Gaussian(0.2) { Support = Support.UnitInterval }, JsonSerializer.Deserialize<ILikelihood>("""{"$type":"Gaussian","Deviation":0.2}"""));
    }

    [Theory]
    [InlineData("""{"$type":"Laplacian"}""", "no ILikelihood 'Laplacian'")]
    [InlineData("""{"$type":"System.IO.FileInfo"}""", "no ILikelihood 'System.IO.FileInfo'")]
    [InlineData("""{"$type":"Affine"}""", "no ILikelihood 'Affine'")]
    [InlineData("""{"$type":3}""", "not a name")]
    [InlineData("""{"Deviation":3}""", "is missing")]
    [InlineData("""{"$type":"Bernoulli","$type":"Gaussian"}""", "$type")]
    [InlineData("[]", "as an object")]
    public void WhatNamesNothingKnownIsRefused(string json, string message) =>
        Assert.Contains(message, Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ILikelihood>(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void ATypeOfOnesOwnIsKnownOnceItIsRegistered()
    {
        var own = new Unregistered(2);
        Assert.Contains("NamedTypes.Register<ILikelihood, Unregistered>()", Assert.Throws<InvalidOperationException>(() => NamedTypes.RequireSaveable<ILikelihood>(own)).Message, StringComparison.Ordinal);
        NamedTypes.Register<ILikelihood, Own>();
        Assert.Equal(new Own(3), Again<ILikelihood>(new Own(3)));
        Assert.Contains("another", Assert.Throws<ArgumentException>(NamedTypes.Register<ILikelihood, Imposter.Bernoulli>).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatWouldBeLostBySavingIsRefusedBeforehand()
    {
        NamedTypes.Register<ILikelihood, Forgetful>();
        Assert.Contains("would be another when loaded", Assert.Throws<InvalidOperationException>(() => NamedTypes.RequireSaveable<ILikelihood>(new Forgetful { Given = 2 })).Message, StringComparison.Ordinal);
    }

    private record Real : ILikelihood
    {
        Support ILikelihood.Support => Support.Real;

        public Tensor LogProb(Tensor x, Tensor parameters) => throw new NotSupportedException();

        public Tensor Mean(Tensor parameters) => throw new NotSupportedException();
    }

    private sealed record Own(double Scale) : Real;

    private sealed record Unregistered(double Scale) : Real;

    private sealed record Forgetful : Real
    {
        private double _scale = 1;

        public double Scale => _scale;

        internal double Given { set => _scale = value; }
    }

    private static class Imposter
    {
        public sealed record Bernoulli : Real;
    }
}
