using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace DeepClustering.NativeCompatibility
{
    /// <summary>
    /// Makes a copy of libLibTorchSharp.so that loads with a libstdc++ older than GCC 13's, or says what of the system is too old even for that.
    /// </summary>
    /// <remarks>
    /// The library asks for GLIBCXX_3.4.32 because of one symbol, std::ios_base_library_init(), which takes no argument
    /// and whose work libtorch's own static initialisers have already done on older systems. In the copy, that import
    /// is pointed at std::chrono::steady_clock::now(), which the library imports anyway, takes no argument and has no
    /// side effect, and the version need becomes weak, so that the loader no longer insists on it.
    /// </remarks>
    public sealed class FitLibTorchSharp : Task
    {
        /// <summary>The package's file; it is only read.</summary>
        [Required]
        public string Source { get; set; }

        /// <summary>Where the patched copy goes, if one is needed.</summary>
        [Required]
        public string Destination { get; set; }

        /// <summary>The project's name, for the message.</summary>
        [Required]
        public string Project { get; set; }

        /// <summary>Look at the file even where the system needs no patch (for tests).</summary>
        public bool Always { get; set; }

        /// <summary>True if <see cref="Destination"/> now holds a copy that should take the source's place.</summary>
        [Output]
        public bool Relaxed { get; set; }

        public override bool Execute()
        {
            try
            {
                byte[] image = File.ReadAllBytes(Source);
                ElfImage library = ElfImage.Read(image);
                Relaxed = (Always || SystemNeedsIt()) && library.Relax();
                string[] missing = library.Needs()
                    // The loader's own symbols cannot be asked for; it is glibc's, as libc.so.6 is.
                    .Where(need => !need.Library.StartsWith("ld-linux", StringComparison.Ordinal)).Select(Missing).Where(text => text != null).ToArray();
                if (missing.Length > 0)
                {
                    Relaxed = false;
                    Log.LogError("{0}: this system is too old for TorchSharp: {1}. It needs glibc 2.34 and the libstdc++ of GCC 12 or newer, "
                        + "as Debian 12 and Ubuntu 22.04 have them.", Project, string.Join("; ", missing));
                    return false;
                }
                if (Relaxed && !(File.Exists(Destination) && File.ReadAllBytes(Destination).SequenceEqual(image)))
                {
                    Replace(Destination, image);
                    Log.LogMessage(MessageImportance.High,
                        "{0}: patched a copy of {1}, because this system's libstdc++ has no {2} (it is older than GCC 13's).",
                        Project, Path.GetFileName(Source), ElfImage.Version);
                }
                return true;
            }
            catch (Exception e) when (e is InvalidDataException || e is IOException || e is UnauthorizedAccessException)
            {
                Log.LogError("{0} cannot be made to load on this system: {1}", Source, e.Message);
                return false;
            }
        }

        // Never written in place: an earlier build's output may be a hard link to the destination.
        private static void Replace(string path, byte[] content)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path));
            string temporary = path + "." + Guid.NewGuid().ToString("N");
            try
            {
                File.WriteAllBytes(temporary, content);
                File.Delete(path);
                File.Move(temporary, path);
            }
            finally
            {
                File.Delete(temporary);
            }
        }

        // The loader itself is asked, so that LD_LIBRARY_PATH and the like count as they will at run time.
        private static bool SystemNeedsIt()
        {
            const int Lazy = 1;
            try
            {
                IntPtr library = dlopen("libstdc++.so.6", Lazy);
                return library != IntPtr.Zero && dlvsym(library, ElfImage.Symbol, ElfImage.Version) == IntPtr.Zero;
            }
            catch (Exception e) when (e is EntryPointNotFoundException || e is DllNotFoundException)
            {
                return false; // not glibc
            }
        }

        /// <summary>What a library of the system lacks, or null.</summary>
        private static string Missing(LibraryNeed need)
        {
            const int Lazy = 1;
            IntPtr library = dlopen(need.Library, Lazy);
            if (library == IntPtr.Zero)
            {
                return "it has no " + need.Library;
            }
            string[] versions = need.Versions.Where(version => dlvsym(library, version.Value, version.Key) == IntPtr.Zero)
                .Select(version => version.Key).OrderBy(version => version, StringComparer.Ordinal).ToArray();
            string found = need.Library == "libc.so.6" ? " (glibc " + Marshal.PtrToStringAnsi(gnu_get_libc_version()) + ")" : "";
            return versions.Length == 0 ? null : "its " + need.Library + found + " has no " + string.Join(", ", versions);
        }

        [DllImport("libc.so.6")]
        private static extern IntPtr gnu_get_libc_version();

        // Until glibc 2.34 these were in a library of their own, through which they are still found.
        [DllImport("libdl.so.2")]
        private static extern IntPtr dlopen(string file, int mode);

        [DllImport("libdl.so.2")]
        private static extern IntPtr dlvsym(IntPtr handle, string symbol, string version);

        /// <summary>What an image asks of one library.</summary>
        private sealed class LibraryNeed
        {
            public string Library;

            /// <summary>A symbol of each version, by the version.</summary>
            public Dictionary<string, string> Versions;
        }

        /// <summary>The parts of a 64-bit little-endian ELF file that name and version the symbols it imports.</summary>
        private sealed class ElfImage
        {
            public const string Version = "GLIBCXX_3.4.32";
            public const string Symbol = "_ZSt21ios_base_library_initv";
            private const string Substitute = "_ZNSt6chrono3_V212steady_clock3nowEv";

            private const uint DynamicSymbols = 11, VersionSymbols = 0x6fffffff, VersionNeeds = 0x6ffffffe;
            private const int SymbolSize = 24, SectionHeaderSize = 64;
            private const ushort Weak = 2;

            private readonly byte[] _bytes;
            private readonly Section _symbols, _strings, _versions, _needs;

            private ElfImage(byte[] bytes)
            {
                _bytes = bytes;
                _symbols = Find(DynamicSymbols);
                _strings = SectionAt(_symbols.Link);
                _versions = Find(VersionSymbols);
                _needs = Find(VersionNeeds);
            }

            /// <summary>Finds the tables of an image, which it keeps and may change.</summary>
            public static ElfImage Read(byte[] bytes)
            {
                if (bytes.Length < 64 || U32(bytes, 0) != 0x464c457f || bytes[4] != 2 || bytes[5] != 1)
                {
                    throw new InvalidDataException("it is not a 64-bit little-endian ELF file.");
                }
                // Linkers put the section headers last, so a file that is cut short anywhere lacks some of them.
                decimal end = (decimal)BitConverter.ToUInt64(bytes, 40) + SectionHeaderSize * U16(bytes, 60);
                if (end > bytes.Length)
                {
                    throw new InvalidDataException(string.Format(
                        "it is cut short: its section headers end at byte {0}, and it has {1}.", end, bytes.Length));
                }
                return Undamaged(() => new ElfImage(bytes));
            }

            /// <summary>Patches the image; false if it does not ask for the version, or no longer insists on it.</summary>
            public bool Relax()
            {
                return Undamaged(RelaxVersion);
            }

            /// <summary>The versions of each library's symbols that the image insists on, each with the name of a symbol.</summary>
            public LibraryNeed[] Needs()
            {
                return Undamaged(() => Files().Select(file => new LibraryNeed
                {
                    Library = Text(U32(_bytes, file + 4)),
                    Versions = Entries(file).Where(entry => (U16(_bytes, entry + 4) & Weak) == 0)
                        .Select(entry => new { Version = Text(U32(_bytes, entry + 8)), Users = Users(entry) }).Where(need => need.Users.Length > 0)
                        .ToDictionary(need => need.Version, need => Name(need.Users[0])),
                }).ToArray());
            }

            private static T Undamaged<T>(Func<T> read)
            {
                try
                {
                    return read();
                }
                catch (Exception e) when (e is ArgumentException || e is IndexOutOfRangeException || e is OverflowException)
                {
                    throw new InvalidDataException("its ELF structure is damaged (" + e.Message + ").");
                }
            }

            private bool RelaxVersion()
            {
                int need = Files().SelectMany(Entries).FirstOrDefault(entry => Text(U32(_bytes, entry + 8)) == Version);
                if (need == 0 || (U16(_bytes, need + 4) & Weak) != 0)
                {
                    return false;
                }
                int[] users = Users(need);
                if (users.Length != 1 || Name(users[0]) != Symbol)
                {
                    throw new InvalidDataException(string.Format(
                        "expected {0} to be asked for by {1} alone, found: {2}.", Version, Symbol,
                        users.Length == 0 ? "nothing" : string.Join(", ", users.Select(Name))));
                }
                int substitute = Enumerable.Range(0, _symbols.Size / SymbolSize).FirstOrDefault(i => Name(i) == Substitute);
                if (substitute == 0)
                {
                    throw new InvalidDataException("expected it to import " + Substitute + ", and it does not.");
                }
                Buffer.BlockCopy(_bytes, _symbols.Offset + SymbolSize * substitute, _bytes, _symbols.Offset + SymbolSize * users[0], 4);
                Buffer.BlockCopy(_bytes, _versions.Offset + 2 * substitute, _bytes, _versions.Offset + 2 * users[0], 2);
                _bytes[need + 4] |= (byte)Weak;
                return true;
            }

            /// <summary>Offsets of all Elf64_Verneed entries (version, count, file, first Elf64_Vernaux, next), one a library.</summary>
            private IEnumerable<int> Files()
            {
                for (int file = _needs.Offset, step = -1; step != 0; file += step)
                {
                    yield return file;
                    step = checked((int)U32(_bytes, file + 12));
                }
            }

            /// <summary>Offsets of a library's Elf64_Vernaux entries (hash, flags, other, name, next), one a version.</summary>
            private IEnumerable<int> Entries(int file)
            {
                for (int entry = checked(file + (int)U32(_bytes, file + 8)), next = -1; next != 0; entry += next)
                {
                    yield return entry;
                    next = checked((int)U32(_bytes, entry + 12));
                }
            }

            /// <summary>The symbols of a version, by their index.</summary>
            private int[] Users(int entry)
            {
                ushort index = U16(_bytes, entry + 6);
                return Enumerable.Range(0, _symbols.Size / SymbolSize).Where(i => (U16(_bytes, _versions.Offset + 2 * i) & 0x7fff) == index).ToArray();
            }

            private string Name(int symbol)
            {
                return Text(U32(_bytes, _symbols.Offset + SymbolSize * symbol));
            }

            private string Text(uint at)
            {
                int start = checked(_strings.Offset + (int)at);
                return Encoding.ASCII.GetString(_bytes, start, Array.IndexOf(_bytes, (byte)0, start) - start);
            }

            private Section Find(uint type)
            {
                return Enumerable.Range(0, U16(_bytes, 60)).Select(SectionAt).FirstOrDefault(section => section.Type == type)
                    ?? throw new InvalidDataException("it has no section of type 0x" + type.ToString("x") + ".");
            }

            private Section SectionAt(int i)
            {
                int header = checked((int)BitConverter.ToUInt64(_bytes, 40) + SectionHeaderSize * i);
                return new Section
                {
                    Type = U32(_bytes, header + 4),
                    Offset = checked((int)BitConverter.ToUInt64(_bytes, header + 24)),
                    Size = checked((int)BitConverter.ToUInt64(_bytes, header + 32)),
                    Link = checked((int)U32(_bytes, header + 40)),
                };
            }

            private static ushort U16(byte[] bytes, int at)
            {
                return BitConverter.ToUInt16(bytes, at);
            }

            private static uint U32(byte[] bytes, int at)
            {
                return BitConverter.ToUInt32(bytes, at);
            }

            private sealed class Section
            {
                public uint Type;
                public int Offset, Size, Link;
            }
        }
    }
}
