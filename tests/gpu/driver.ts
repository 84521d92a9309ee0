// Where the software Vulkan driver is that Debian's `chromium` package ships, and the environment in which npm's
// `webgpu` finds it. LD_LIBRARY_PATH must be set before the process starts, so the tests run in one of their own.

import { existsSync } from "node:fs";
import { join } from "node:path";

const FOLDERS = ["/usr/lib/chromium", "/usr/lib64/chromium", "/opt/google/chrome"];

/** The environment for a process that uses the driver; undefined when there is none. */
export function driverEnvironment(): NodeJS.ProcessEnv | undefined {
  const asked = process.env.SWIFTSHADER_PATH;
  const folder = (asked ? [asked] : FOLDERS).find(
    (place) =>
      existsSync(join(place, "libvulkan.so.1")) &&
      existsSync(join(place, "vk_swiftshader_icd.json")),
  );
  if (!folder) return undefined;
  return {
    ...process.env,
    LD_LIBRARY_PATH: [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(":"),
    VK_ICD_FILENAMES: join(folder, "vk_swiftshader_icd.json"),
  };
}
