/** A drawing as PNG, by the browser's own hand: the self-contained SVG is painted on a canvas. */

const SCALE = 2; // for screens with fine pixels, and for print
const MAX_SIDE = 8_000; // what browsers' canvases take
const MAX_PIXELS = 32_000_000; // 128 MB while it is painted

/** `size` in board pixels. @throws when the browser cannot paint it */
export async function drawPng(svg: string, size: { width: number; height: number }): Promise<Blob> {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await picture.decode();
  const scale = pngScale(size);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(size.width * scale);
  canvas.height = Math.round(size.height * scale);
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser has no canvas");
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return await new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error("the picture could not be painted"));
    }, "image/png");
  });
}

/** PNG pixels a board pixel. */
export function pngScale({ width, height }: { width: number; height: number }): number {
  const bySide = MAX_SIDE / Math.max(width, height, 1);
  const byArea = Math.sqrt(MAX_PIXELS / Math.max(1, width * height));
  return Math.min(SCALE, bySide, byArea);
}
