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
    /// Makes a copy of libLibTorchSharp.so that loads with a libstdc++ older than GCC 13's.
    /// </summary>
    /// <remarks>
    /// The library asks for GLIBCXX_3.4.32 because of one symbol, std::ios_base_library_init(), which takes no argument
    /// and whose work libtorch's own static initialisers have already done on older systems. In the copy, that import
    /// is pointed at std::chrono::steady_clock::now(), which the library imports anyway, takes no argument and has no
    /// side effect, and the version need becomes weak, so that the loader no longer insists on it.
    /// </remarks>
    public sealed class RelaxLibStdCxxRequirement : Task
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
            if (!Always && !SystemNeedsIt())
            {
                return true;
            }
            try
            {
                byte[] image = File.ReadAllBytes(Source);
                Relaxed = ElfImage.Relax(image);
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
                Log.LogError("{0} cannot be made to load with this system's libstdc++, which has no {1}: {2}", Source, ElfImage.Version, e.Message);
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

        [DllImport("libc.so.6")]
        private static extern IntPtr dlopen(string file, int mode);

        [DllImport("libc.so.6")]
        private static extern IntPtr dlvsym(IntPtr handle, string symbol, string version);

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

            private ElfImage(byte[] bytes)
            {
                _bytes = bytes;
            }

            /// <summary>Patches the image; false if it does not ask for the version, or no longer insists on it.</summary>
            public static bool Relax(byte[] bytes)
            {
                if (bytes.Length < 64 || U32(bytes, 0) != 0x464c457f || bytes[4] != 2 || bytes[5] != 1)
                {
                    throw new InvalidDataException("it is not a 64-bit little-endian ELF file.");
                }
                try
                {
                    return new ElfImage(bytes).Relax();
                }
                catch (Exception e) when (e is ArgumentException || e is IndexOutOfRangeException || e is OverflowException)
                {
                    throw new InvalidDataException("its ELF structure is damaged (" + e.Message + ").");
                }
            }

            private bool Relax()
            {
                // Linkers put the section headers last, so a file that is cut short anywhere lacks some of them.
                long end = checked((long)BitConverter.ToUInt64(_bytes, 40) + SectionHeaderSize * U16(_bytes, 60));
                if (end > _bytes.Length)
                {
                    throw new InvalidDataException(string.Format(
                        "it is cut short: its section headers end at byte {0}, and it has {1}.", end, _bytes.Length));
                }
                Section symbols = Find(DynamicSymbols), versions = Find(VersionSymbols), needs = Find(VersionNeeds);
                Section strings = SectionAt(symbols.Link);
                int need = Needs(needs, strings).FirstOrDefault(entry => Text(strings, U32(_bytes, entry + 8)) == Version);
                if (need == 0 || (U16(_bytes, need + 4) & Weak) != 0)
                {
                    return false;
                }
                ushort index = U16(_bytes, need + 6);
                int[] users = Enumerable.Range(0, symbols.Size / SymbolSize)
                    .Where(i => (U16(_bytes, versions.Offset + 2 * i) & 0x7fff) == index).ToArray();
                if (users.Length != 1 || Name(symbols, strings, users[0]) != Symbol)
                {
                    throw new InvalidDataException(string.Format(
                        "expected {0} to be asked for by {1} alone, found: {2}.", Version, Symbol,
                        users.Length == 0 ? "nothing" : string.Join(", ", users.Select(i => Name(symbols, strings, i)))));
                }
                int substitute = Enumerable.Range(0, symbols.Size / SymbolSize)
                    .FirstOrDefault(i => Name(symbols, strings, i) == Substitute);
                if (substitute == 0)
                {
                    throw new InvalidDataException("expected it to import " + Substitute + ", and it does not.");
                }
                Buffer.BlockCopy(_bytes, symbols.Offset + SymbolSize * substitute, _bytes, symbols.Offset + SymbolSize * users[0], 4);
                Buffer.BlockCopy(_bytes, versions.Offset + 2 * substitute, _bytes, versions.Offset + 2 * users[0], 2);
                _bytes[need + 4] |= (byte)Weak;
                return true;
            }

            /// <summary>Offsets of all Elf64_Vernaux entries (hash, flags, other, name, next).</summary>
            private IEnumerable<int> Needs(Section needs, Section strings)
            {
                for (int file = needs.Offset, step = -1; step != 0; file += step)
                {
                    for (int entry = checked(file + (int)U32(_bytes, file + 8)), next = -1; next != 0; entry += next)
                    {
                        yield return entry;
                        next = checked((int)U32(_bytes, entry + 12));
                    }
                    step = checked((int)U32(_bytes, file + 12));
                }
            }

            private string Name(Section symbols, Section strings, int i)
            {
                return Text(strings, U32(_bytes, symbols.Offset + SymbolSize * i));
            }

            private string Text(Section strings, uint at)
            {
                int start = checked(strings.Offset + (int)at);
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
