// Files for people to keep.

/** What a view can export. */
export interface Exports {
  /** The files' name, without an ending. */
  readonly name: string;
  svg(): Promise<string>;
  json(): Promise<object>;
}

export type Format = "png" | "svg" | "json";

export async function exportAs(format: Format, exports: Exports): Promise<void> {
  save(`${exports.name}.${format}`, await blobOf(format, exports));
}

async function blobOf(format: Format, exports: Exports): Promise<Blob> {
  if (format === "json") {
    return new Blob([`${JSON.stringify(await exports.json(), null, 2)}\n`], {
      type: "application/json",
    });
  }
  const svg = new Blob([await exports.svg()], { type: "image/svg+xml" });
  return format === "svg" ? svg : rasterised(svg);
}

const pngScale = 2;

/** The SVG as a PNG, twice as wide and high. */
async function rasterised(svg: Blob): Promise<Blob> {
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * pngScale;
    canvas.height = image.naturalHeight * pngScale;
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((resolve, reject) => {
      canvas.toBlob((blob) => {
        if (blob === null) reject(new Error("this browser cannot make a PNG this large"));
        else resolve(blob);
      }, "image/png");
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

function save(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
