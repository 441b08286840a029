import { expect, it } from "vitest";
import { imageHref } from "./boardImages.ts";

const hrefOf = (src: string) => imageHref(src, { addressOf: (imageId) => `blob:${imageId}` });

it("[BO13] nothing but the board's own pictures and those in it has an address", () => {
  expect(hrefOf("file:k57")).toBe("blob:k57");
  expect(hrefOf("data:image/png;base64,AA==")).toBe("data:image/png;base64,AA==");
  expect(hrefOf("/files/old/1.png")).toBe("/files/old/1.png");
  const foreign = [
    "//evil.example/x",
    "/\\evil.example/x",
    "/\t/evil.example/x",
    "/\n/evil.example/x",
  ];
  const scripts = [
    "javascript:alert(1)",
    "data:image/svg+xml,<svg/>",
    "data:text/html,x",
    "https://x",
  ];
  for (const src of [...foreign, ...scripts, "", "/"]) expect(hrefOf(src)).toBeUndefined();
});
