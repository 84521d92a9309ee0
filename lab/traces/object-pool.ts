// A program worth recording: the objects of a small game, kept in one buffer instead of on JavaScript's heap. Waves of
// enemies come and go, bullets live for a moment, levels load and unload their meshes, paths and logs grow. Whatever
// is freed is checked to hold what was written there.

import { TrackedAllocator } from "suballoc";
import { type Recording, record, recordingOf } from "suballoc/record";

interface Entity {
  address: number;
  size: number;
  /** Every word of it. */
  readonly mark: number;
}

const capacity = 2 ** 20;
const memory = new Uint32Array(capacity / 4);
const pool = record(new TrackedAllocator(capacity), { callSites: 2 });

let seed = 20;
const below = (limit: number) => {
  seed = (seed * 48271) % 2147483647;
  return seed % limit;
};
let marks = 0;

function keep(address: number, size: number): Entity {
  const entity = { address, size, mark: ++marks };
  fill(entity);
  return entity;
}

function destroy(entity: Entity): void {
  const { address, size, mark } = entity;
  const words = memory.subarray(address / 4, (address + size) / 4);
  if (words.some((word) => word !== mark))
    throw new Error(`the object at ${address} was overwritten`);
  pool.free(address);
}

function fill({ address, size, mark }: Entity): void {
  memory.fill(mark, address / 4, (address + size) / 4);
}

/** Room for twice as much, wherever that is. */
function extend(entity: Entity): void {
  const { address, size } = entity;
  entity.address = pool.resize(address, size * 2);
  memory.copyWithin(entity.address / 4, address / 4, (address + size) / 4);
  entity.size = size * 2;
  fill(entity);
}

function shoot(): Entity {
  const size = 48;
  return keep(pool.allocate(size, { label: "bullet", alignment: 16 }), size);
}

function spawnEnemy(): Entity {
  const size = 4 * (60 + below(120));
  return keep(pool.allocate(size, { label: "enemy", alignment: 16 }), size);
}

function loadMesh(): Entity {
  const size = 4 * (1000 + below(6000));
  return keep(pool.allocate(size, { label: "mesh", alignment: 256 }), size);
}

function findPath(): Entity {
  const size = 64 * (1 + below(8));
  return keep(pool.allocate(size, { label: "path" }), size);
}

function writeLog(): Entity {
  const size = 4 * (10 + below(60));
  return keep(pool.allocate(size, { label: "log" }), size);
}

function discard(entities: Entity[], from: number, count: number): void {
  for (const entity of entities.splice(from, count)) destroy(entity);
}

/** Plays the game. */
export function play(frames = 1500): Recording {
  const bullets: Entity[] = [];
  const enemies: Entity[] = [];
  const meshes: Entity[] = [];
  const paths: Entity[] = [];
  const logs: Entity[] = [];
  for (let frame = 0; frame < frames; frame++) {
    if (frame % 250 === 0) {
      discard(meshes, 0, below(meshes.length + 1)); // some stay for the next level
      while (meshes.length < 12) meshes.push(loadMesh());
    }
    const wave = 40 + 35 * Math.sin(frame / 60);
    if (enemies.length < wave) enemies.push(spawnEnemy());
    else discard(enemies, below(enemies.length), 2);
    for (let shots = below(4); shots > 0; shots--) bullets.push(shoot());
    if (bullets.length > 60) discard(bullets, 0, 20);
    if (frame % 2 === 0) paths.push(findPath());
    if (frame % 9 === 0) extend(paths[below(paths.length)]!);
    if (paths.length > enemies.length) discard(paths, below(paths.length), 1);
    if (frame % 5 === 0) logs.push(writeLog());
    if (logs.length > 80) discard(logs, 0, 40);
  }
  return recordingOf(pool);
}
