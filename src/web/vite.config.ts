/**
 * Builds the page into `dist/web`, from where the gateway serves it. The heavy parts that many
 * visits never need (KaTeX) are loaded by dynamic import; the libraries change less often than
 * the page and keep their own file names in the browser's cache. The styles of all parts come with
 * the page: the style sheet of a part that fails to load once is never asked for again.
 */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const libraryChunks = [
  { name: "react", test: /node_modules\/(react|react-dom|scheduler)\// },
  { name: "convex", test: /node_modules\/convex\// },
  { name: "yjs", test: /node_modules\/(yjs|lib0|y-[a-z]+)\// },
];

export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [react()],
  build: {
    outDir: "../../dist/web",
    emptyOutDir: true,
    cssCodeSplit: false,
    target: "es2023",
    // light-dark() is used as it is: these are the first versions that have it
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    rolldownOptions: { output: { codeSplitting: { groups: libraryChunks } } },
  },
});
