using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace DeepClustering.Naming;

/// <summary>The types that a saved run may name, such as its likelihood's: the library's own and those that were registered.</summary>
/// <remarks>A file names nothing else: a type of any other name is never made. All members are safe to call from any thread.</remarks>
public static class NamedTypes
{
    private static readonly ConcurrentDictionary<(Type Kind, string Name), Type> _registered = new();

    /// <summary>Registers a type of your own under its name, for saving and loading. Registering a name again (when a cell is run again) replaces the earlier type.</summary>
    /// <typeparam name="TKind">The kind of type, such as <see cref="Likelihoods.ILikelihood"/>.</typeparam>
    /// <typeparam name="TOwn">The type: a record, or a class fully described by its public properties and constructor arguments.</typeparam>
    /// <exception cref="ArgumentException">The library has another type of that name.</exception>
    public static void Register<TKind, TOwn>()
        where TKind : class
        where TOwn : TKind
    {
        var own = typeof(TOwn);
        if (Built(typeof(TKind)).FirstOrDefault(named => named.Type.Name == own.Name) is { } taken && taken.Type != own)
        {
            throw new ArgumentException($"The library has a {own.Name} of its own, and files name types by their names alone: give yours another.", nameof(TOwn));
        }
        _registered[(typeof(TKind), own.Name)] = own;
    }

    /// <summary>Throws unless a value can be saved and loaded again.</summary>
    /// <typeparam name="TKind">What it is, such as <see cref="Likelihoods.ILikelihood"/>.</typeparam>
    /// <param name="value">The value.</param>
    /// <exception cref="InvalidOperationException">Its type is not registered, or is not made from what it is written as; the message says what to do.</exception>
    public static void RequireSaveable<TKind>(TKind value) where TKind : class
    {
        string name = NameOf(value), written = JsonSerializer.Serialize(value);
        string read;
        try
        {
            read = JsonSerializer.Serialize(JsonSerializer.Deserialize<TKind>(written));
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidOperationException($"A saved {name} could not be loaded again from {written}: {e.Message}", e);
        }
        if (read != written)
        {
            throw new InvalidOperationException(
                $"A saved {name} would be another when loaded: {written} is read as {read}. A property needs a setter (init) or an argument of the constructor of its name.");
        }
    }

    /// <summary>What files call a value's type.</summary>
    /// <exception cref="InvalidOperationException">It is not registered; the message says how to.</exception>
    internal static string NameOf<TKind>(TKind value) where TKind : class
    {
        var type = value.GetType();
        return Find(typeof(TKind), type.Name) == type ? type.Name : throw new InvalidOperationException(
            $"{type.Name} is not known by name, so a run with it could not be loaded again. Register it first: NamedTypes.Register<{typeof(TKind).Name}, {type.Name}>();");
    }

    /// <summary>The type that a file names.</summary>
    /// <param name="name">The name, or null where the file has none.</param>
    /// <exception cref="JsonException">No type of that name is known; the message says which are.</exception>
    internal static Type Named<TKind>(string? name) where TKind : class
    {
        var kind = typeof(TKind);
        if (name is null)
        {
            return Built(kind).FirstOrDefault(named => named.IsDefault)?.Type ?? throw new JsonException($"the name of the {kind.Name}'s type (\"$type\") is missing.");
        }
        return Find(kind, name) ?? throw new JsonException(
            $"there is no {kind.Name} '{name}' (known: {string.Join(", ", Known(kind))}). If it is one of your own, register it before loading: NamedTypes.Register<{kind.Name}, {name}>().");
    }

    private static Type? Find(Type kind, string name) =>
        Built(kind).FirstOrDefault(named => named.Type.Name == name)?.Type ?? _registered.GetValueOrDefault((kind, name));

    private static IEnumerable<string> Known(Type kind) =>
        Built(kind).Select(named => named.Type.Name).Concat(_registered.Keys.Where(key => key.Kind == kind).Select(key => key.Name)).Order(StringComparer.Ordinal);

    private static IEnumerable<NamedTypeAttribute> Built(Type kind) => kind.GetCustomAttributes<NamedTypeAttribute>(inherit: false);
}
