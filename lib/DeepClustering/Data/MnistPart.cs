namespace DeepClustering.Data;

/// <summary>Which digits of MNIST are meant.</summary>
public enum MnistPart
{
    /// <summary>All 70,000: the 60,000 of the training set, then the 10,000 of the test set.</summary>
    All,

    /// <summary>The 60,000 of the training set.</summary>
    Train,

    /// <summary>The 10,000 of the test set.</summary>
    Test,
}
