namespace DeepClustering.Naming;

/// <summary>Lists a type of the library that files may name as an implementation of the attributed type; each is known by its own name.</summary>
/// <param name="type">A type derived from the attributed one.</param>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
internal sealed class NamedTypeAttribute(Type type) : Attribute
{
    /// <summary>The type.</summary>
    public Type Type { get; } = type;

    /// <summary>Whether this is the type of files that name none, because they are older than the choice.</summary>
    public bool IsDefault { get; init; }
}
