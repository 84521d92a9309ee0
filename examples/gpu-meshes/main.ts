// The page: its controls, and the loop that removes, adds, defragments and draws.

import { openDevice } from "./device.ts";
import { showFigures } from "./figures.ts";
import { BufferMap } from "./map.ts";
import { Picture } from "./picture.ts";
import { randomFrom } from "./random.ts";
import { Scene } from "./scene.ts";

const FIRST_MESHES = 2500;

const get = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const controls = {
  add: get<HTMLButtonElement>("add"),
  remove: get<HTMLButtonElement>("remove"),
  replace: get<HTMLInputElement>("replace"),
  turn: get<HTMLInputElement>("turn"),
  defragment: get<HTMLInputElement>("defragment"),
  budget: get<HTMLSelectElement>("budget"),
  defragmentAll: get<HTMLButtonElement>("defragment-all"),
};
const note = (text: string) => {
  get("note").textContent = text;
};

function showProblem(text: string): void {
  get("problem-text").textContent = text;
  get("problem").hidden = false;
  for (const card of ["controls", "view", "buffer"]) get(card).hidden = true;
}

function start(device: GPUDevice): void {
  const scene = new Scene(device, randomFrom(1));
  const { pool } = scene;
  const canvas = get<HTMLCanvasElement>("picture");
  const picture = new Picture(device, canvas);
  const map = new BufferMap(get<HTMLCanvasElement>("map"));
  let wanted = FIRST_MESHES;
  let isGrowing = false;
  let movedBytes = 0;
  let time = 0;
  let last = performance.now();

  /** Add meshes until there are as many as wanted; where the buffer is full, it grows, which takes a few frames. */
  const addMissing = () => {
    while (scene.meshes.length < wanted && !isGrowing) {
      const outcome = scene.add();
      if (outcome === "added") continue;
      if (outcome === "crowded") {
        wanted = scene.meshes.length;
        note("The picture is full.");
        return;
      }
      isGrowing = true;
      const size = Math.ceil(pool.bufferSize * 1.5);
      pool
        .grow(size)
        .then(
          () => note(`The buffer has grown to ${(pool.bufferSize / 2 ** 20).toFixed(1)} MiB.`),
          (error: Error) => {
            wanted = scene.meshes.length;
            note(error.message);
          },
        )
        .finally(() => {
          isGrowing = false;
        });
    }
  };

  const defragment = (maxBytes?: number) => {
    const {
      moved,
      movedBytes: bytes,
      copies,
      done,
    } = pool.defragment(maxBytes ? { maxBytes } : {});
    movedBytes += bytes;
    map.mark(moved, performance.now());
    return { moved: moved.length, copies, done };
  };

  const frame = (now: number) => {
    if (pool.lost) return;
    if (controls.turn.checked) time += Math.min(now - last, 100) / 1000;
    last = now;
    const began = performance.now();
    if (controls.replace.checked)
      for (let i = scene.meshes.length / 100; i > 0; i--) scene.remove();
    addMissing();
    if (controls.defragment.checked) defragment(Number(controls.budget.value));
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const ratio = Math.min(devicePixelRatio, 2);
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    picture.draw(scene, time);
    const milliseconds = performance.now() - began;
    map.draw(pool, performance.now());
    showFigures(scene, movedBytes, milliseconds);
    requestAnimationFrame(frame);
  };

  controls.add.onclick = () => {
    wanted += 250;
  };
  controls.remove.onclick = () => {
    for (let i = 0; i < 250; i++) scene.remove();
    wanted = scene.meshes.length;
  };
  controls.defragmentAll.onclick = () => {
    const { moved, copies } = defragment();
    note(
      moved === 0
        ? "Nothing to move."
        : `${moved} slices moved by ${copies} copies, all on the GPU.`,
    );
  };
  device.lost.then(({ message }) =>
    showProblem(`The graphics device was lost: ${message} Reload the page.`),
  );
  requestAnimationFrame(frame);
}

openDevice()
  .then(start)
  .catch((error: Error) => showProblem(error.message));
