// A device to draw with, or the reason why there is none, in words for the person in front of the page.

export async function openDevice(): Promise<GPUDevice> {
  if (!isSecureContext)
    throw new Error(
      "Browsers offer WebGPU to secure pages only: open this one by https, or from localhost.",
    );
  if (!navigator.gpu)
    throw new Error(
      "This browser has no WebGPU, which this page draws with. Current versions of Chrome, Edge, Safari and Firefox have it; " +
        "on Linux it may have to be switched on (chrome://flags/#enable-unsafe-webgpu).",
    );
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter)
    throw new Error(
      "This browser knows WebGPU but has no graphics adapter for it: hardware acceleration may be switched off, " +
        "or the driver be blocked (chrome://gpu says which).",
    );
  return adapter.requestDevice();
}
