// The shapes: vases and gems of 3 to 18 sides, from 400 bytes to 9 KB. A profile of random radii is turned round.

/** Bytes of a vertex: position (3 floats), normal (4 signed bytes), colour (4 bytes). */
export const STRIDE = 20;

export interface MeshData {
  readonly vertices: Uint8Array<ArrayBuffer>;
  readonly indices: Uint16Array<ArrayBuffer>;
}

const COLOURS = [
  [0, 114, 178],
  [86, 180, 233],
  [0, 158, 115],
  [230, 159, 0],
  [213, 94, 0],
  [204, 121, 167],
  [240, 228, 66],
] as const;

export function makeMesh(random: () => number): MeshData {
  const sides = Math.round(3 * 6 ** random());
  const rings = Math.round(3 * 5 ** random());
  const height = 0.7 + random();
  const colour = COLOURS[Math.floor(random() * COLOURS.length)] ?? COLOURS[0];
  const waist = 0.12 + 0.3 * random();
  const wave = 2 + 5 * random();
  const radiusAt = (t: number) =>
    t === 0 || t === 1 ? 0 : (waist + 0.16 * Math.sin(wave * t + 1)) * (1 - 0.5 * t);

  const vertices = new Uint8Array(STRIDE * (sides + 1) * (rings + 1));
  const view = new DataView(vertices.buffer);
  let at = 0;
  for (let ring = 0; ring <= rings; ring++) {
    const t = ring / rings;
    const radius = radiusAt(t);
    const slope = radiusAt(Math.max(0, t - 0.02)) - radiusAt(Math.min(1, t + 0.02));
    const shade = 0.75 + 0.35 * t;
    for (let side = 0; side <= sides; side++, at += STRIDE) {
      const angle = (2 * Math.PI * side) / sides;
      const [x, z] = [Math.cos(angle), Math.sin(angle)];
      view.setFloat32(at, radius * x, true);
      view.setFloat32(at + 4, height * t, true);
      view.setFloat32(at + 8, radius * z, true);
      const up = (10 * slope) / height;
      const length = Math.hypot(1, up);
      view.setInt8(at + 12, (127 * x) / length);
      view.setInt8(at + 13, (127 * up) / length);
      view.setInt8(at + 14, (127 * z) / length);
      for (const [i, channel] of colour.entries())
        view.setUint8(at + 16 + i, Math.min(255, channel * shade));
    }
  }

  const indices = new Uint16Array(6 * sides * rings);
  let i = 0;
  for (let ring = 0; ring < rings; ring++)
    for (let side = 0; side < sides; side++) {
      const low = ring * (sides + 1) + side;
      const high = low + sides + 1;
      for (const index of [low, high, low + 1, low + 1, high, high + 1]) indices[i++] = index;
    }
  return { vertices, indices };
}
