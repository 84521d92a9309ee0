// Snapshots that are not what was written, but whose checksum is right.

/** CRC-32/ISO-HDLC. */
function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** A copy that `change` has been at, with the checksum made right again. */
export function resealed(
  bytes: Uint8Array,
  change: (bytes: Uint8Array) => Uint8Array | undefined,
): Uint8Array {
  const copy = bytes.slice();
  const changed = change(copy) ?? copy;
  const view = new DataView(changed.buffer, changed.byteOffset);
  view.setUint32(changed.length - 4, crc32(changed.subarray(0, -4)), true);
  return changed;
}
