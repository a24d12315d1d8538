using System.Runtime.Loader;
using Microsoft.DotNet.Interactive;

namespace Workbook.Execution;

/// <summary>What packages bring for notebooks, in their folder interactive-extensions/dotnet: assemblies, and a notebook that is run.</summary>
internal static class PackageExtensions
{
    /// <summary>Loads the extensions of packages that were just added.</summary>
    /// <exception cref="InvalidOperationException">An extension failed; the message names the package.</exception>
    public static async Task LoadAsync(Microsoft.DotNet.Interactive.Kernel kernel, IEnumerable<ResolvedPackageReference> packages)
    {
        foreach (var package in packages)
        {
            var folder = new DirectoryInfo(Path.Combine(package.PackageRoot, "interactive-extensions", "dotnet"));
            if (!folder.Exists)
            {
                continue;
            }
            try
            {
                foreach (var extension in folder.EnumerateFiles("*.dll").OrderBy(file => file.Name, StringComparer.Ordinal).SelectMany(Extensions))
                {
                    await extension.OnLoadAsync(kernel);
                }
                foreach (var script in folder.EnumerateFiles("extension.dib"))
                {
                    await kernel.LoadAndRunInteractiveDocument(script);
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"The extension of the package {package.PackageName} {package.PackageVersion} could not be loaded: {e.Message}", e);
            }
        }
    }

    private static IEnumerable<IKernelExtension> Extensions(FileInfo file) => AssemblyLoadContext.Default.LoadFromAssemblyPath(file.FullName)
        .GetExportedTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IKernelExtension)))
        .Select(type => (IKernelExtension)Activator.CreateInstance(type)!);
}
