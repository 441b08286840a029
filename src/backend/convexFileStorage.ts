/** Bytes to and from Convex's file storage. Its addresses are made for browsers; from here it is at its own. */
import { z } from "zod";
import { api } from "../../convex/_generated/api.js";
import { coded } from "./convexConnection.ts";
import type { ConvexConnection } from "./convexConnection.ts";

const zStored = z.object({ storageId: z.string() });

export function createConvexFileStorage(convex: ConvexConnection) {
  const fromHere = (address: string) => {
    const given = new URL(address);
    return new URL(given.pathname + given.search, convex.url);
  };
  return {
    /** Keeps a file; answers the id it is kept under. `signal`: nobody wants it any more. */
    store: async (bytes: AsyncIterable<Uint8Array>, mediaType: string, signal: AbortSignal) => {
      const address = await convex.mutation(api.documents.upload.createUploadUrl, {});
      const sending = fetch(fromHere(address), {
        method: "POST",
        headers: { "Content-Type": mediaType },
        body: ReadableStream.from(bytes),
        duplex: "half",
        signal,
      });
      const response = await coded(convex.url, sending);
      if (!response.ok) throw new Error(`storage answered ${response.status}`);
      return zStored.parse(await response.json()).storageId;
    },

    /** The bytes of a file by the address that Convex gave for it; null when it is gone. */
    read: async (address: string): Promise<ReadableStream<Uint8Array> | null> => {
      const response = await coded(convex.url, fetch(fromHere(address)));
      if (response.status === 404) return null;
      if (!response.ok) throw new Error(`storage answered ${response.status}`);
      return response.body;
    },
  };
}
