namespace DeepClustering.Naming;

/// <summary>Says which of the library's types files may name where this one stands; each is known by its own name.</summary>
/// <param name="type">A type that is of the one the attribute stands on.</param>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
internal sealed class NamedTypeAttribute(Type type) : Attribute
{
    /// <summary>The type.</summary>
    public Type Type { get; } = type;

    /// <summary>Whether it is meant where a file names none, as files do that are older than the choice.</summary>
    public bool IsDefault { get; init; }
}
