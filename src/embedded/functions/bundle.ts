/**
 * Turns a folder of Convex functions into the two programs that run: one script for the default
 * runtime and one Node module for files with "use node".
 */
export interface BundledModule {
  /** As in function paths: `folder/file`, no extension. */
  readonly path: string;
  readonly file: string;
  readonly environment: "isolate" | "node";
}

export interface FunctionBundle {
  /** Absolute. */
  readonly functionsDir: string;
  /** Where package.json, convex.json and node_modules lie. */
  readonly projectDir: string;
  readonly modules: readonly BundledModule[];
  /** Absolute paths of every source file that went in, for watching. */
  readonly inputs: readonly string[];
}

/** @throws EmbeddedConvexError FUNCTIONS_INVALID, naming the file */
export declare function bundleFunctions(options: {
  readonly functionsDir: string;
}): Promise<FunctionBundle>;
