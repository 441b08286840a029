/**
 * Runs `socket` blocks, line by line, on real sockets. The lines speak of the socket opened last:
 *
 *   open /ws/tutor/<sessionId> as <token>     or … from <origin>, or … refused 403
 *   → {"type":"ping"}                         is sent; 200 × {…} is sent 200 times; other text as it is
 *   ← {"type":"pong"}                         comes next
 *   ← …                                       whatever comes before what the next line tells
 *   ← close 4400                              the server closes
 *   → close                                   we close
 *   stop the server                           SIGTERM
 *
 * On a board socket frames are words (boardFrames.ts); `= 03` behind one gives its exact bytes. JSON may
 * go on over lines that begin with a blank.
 */
import { expect } from "vitest";
import { WebSocket } from "ws";
import { BoardEnd } from "./boardFrames.ts";
import { fill, fillString, mismatch, type Names } from "./patterns.ts";

const PATIENCE_MS = 30_000;

type Arrival = { data: Buffer; isBinary: boolean } | { code: number };

export interface SocketWorld {
  url: string;
  names: Names;
  stopServer: () => Promise<unknown>;
  /** Is told each frame that an example shows, such as `→ ask` or `← close 4401`. */
  onShown: (frame: string) => void;
}

export class SocketExamples {
  readonly #world: SocketWorld;
  readonly #opened: WebSocket[] = [];
  #socket: WebSocket | undefined;
  #arrivals: Arrival[] = [];
  #onArrival: (() => void) | undefined;
  #board: BoardEnd | undefined;
  #boards = 0;

  constructor(world: SocketWorld) {
    this.#world = world;
  }

  dispose(): void {
    for (const socket of this.#opened) socket.terminate();
    this.#board?.dispose();
  }

  async run(text: string): Promise<void> {
    let maySkip = false;
    for (const line of text.replace(/\n\s+/g, " ").split("\n")) {
      if (line === "← …") {
        maySkip = true;
        continue;
      }
      try {
        await this.#runLine(line, maySkip);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`${line}\n${reason}`, { cause: error });
      }
      maySkip = false;
    }
  }

  async #runLine(line: string, maySkip: boolean): Promise<void> {
    if (line.startsWith("open ")) await this.#open(line);
    else if (line === "stop the server") await this.#world.stopServer();
    else if (line.startsWith("→ ")) this.#send(line.slice(2));
    else if (line.startsWith("← close ")) await this.#expectClose(line.slice(2), maySkip);
    else if (line.startsWith("← ")) await this.#expect(line.slice(2), maySkip);
    else throw new Error("not a line of a socket block");
  }

  async #open(line: string): Promise<void> {
    const match = /^open (\S+) as (\S+)(?: from (\S+))?(?: refused (\d+))?$/.exec(line);
    const [, path = "", token = "", origin, refusal] = match ?? [];
    const { names, url } = this.#world;
    const address = new URL(fillString(path, names), url.replace("http", "ws"));
    const protocols = ["lectern.v1", `bearer.${fillString(token, names)}`];
    const socket = new WebSocket(address, protocols, origin === undefined ? {} : { origin });
    this.#opened.push(socket);
    this.#follow(socket);
    this.#board?.dispose();
    this.#board = path.startsWith("/ws/board/") ? new BoardEnd(++this.#boards) : undefined;
    const status = await new Promise<number>((resolve) => {
      socket.on("error", () => undefined); // what matters is told by the other two
      socket.on("open", () => resolve(101));
      socket.on("unexpected-response", (_, response) => resolve(response.statusCode ?? 0));
    });
    expect(status).toBe(refusal === undefined ? 101 : Number(refusal));
    if (status === 101) expect(socket.protocol).toBe("lectern.v1");
    else this.#world.onShown(`refused ${status}`);
  }

  #follow(socket: WebSocket): void {
    this.#socket = socket;
    const arrivals: Arrival[] = [];
    this.#arrivals = arrivals;
    const take = (arrival: Arrival) => {
      arrivals.push(arrival);
      this.#onArrival?.();
    };
    socket.on("message", (data: Buffer, isBinary) => take({ data, isBinary }));
    socket.on("close", (code) => take({ code }));
  }

  #send(text: string): void {
    const socket = this.#socket;
    if (text === "close") {
      socket?.close();
      return;
    }
    if (this.#board !== undefined) {
      const { word, content, hex } = parseBoardLine(text);
      const bytes = this.#board.encode(word, fill(content, this.#world.names));
      if (hex !== undefined) expect(hexOf(bytes)).toBe(hex);
      socket?.send(bytes);
      this.#world.onShown(`→ ${word}`);
      return;
    }
    const [, count = "1", frame = text] = /^(\d+) × (.*)$/.exec(text) ?? [];
    const json = parseJson(frame);
    const sent = json === undefined ? frame : JSON.stringify(fill(json, this.#world.names));
    for (let i = 0; i < Number(count); i++) socket?.send(sent);
    this.#world.onShown(`→ ${typeIn(json)}`);
  }

  async #expect(text: string, maySkip: boolean): Promise<void> {
    const word = this.#board === undefined ? typeIn(parseJson(text)) : parseBoardLine(text).word;
    for (;;) {
      const arrival = await this.#next();
      if ("code" in arrival) throw new Error(`the socket closed with ${arrival.code}`);
      const problem =
        this.#board === undefined
          ? mismatch(parseJson(text), parseJson(arrival.data.toString()), this.#world.names)
          : this.#boardMismatch(this.#board, text, arrival.data);
      if (problem === undefined) break;
      if (!maySkip) throw new Error(problem);
    }
    this.#world.onShown(`← ${word}`);
  }

  #boardMismatch(board: BoardEnd, text: string, data: Buffer): string | undefined {
    const { word, content, hex } = parseBoardLine(text);
    const frame = board.decode(data);
    if (frame.word !== word) return `it is ${frame.word} ${JSON.stringify(frame.shown)}`;
    if (hex !== undefined && hexOf(data) !== hex) return `its bytes are ${hexOf(data)}`;
    return content === undefined ? undefined : mismatch(content, frame.shown, this.#world.names);
  }

  async #expectClose(text: string, maySkip: boolean): Promise<void> {
    const code = Number(text.slice("close ".length));
    for (;;) {
      const arrival = await this.#next();
      if ("code" in arrival) {
        expect(arrival.code).toBe(code);
        break;
      }
      if (!maySkip) throw new Error(`a frame came instead: ${arrival.data.toString()}`);
    }
    this.#world.onShown(`← close ${code}`);
  }

  async #next(): Promise<Arrival> {
    const arrived = this.#arrivals.shift();
    if (arrived !== undefined) return arrived;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error("nothing came within 30 s")), PATIENCE_MS);
      this.#onArrival = resolve;
    });
    clearTimeout(timer);
    this.#onArrival = undefined;
    return await this.#next();
  }
}

function parseBoardLine(text: string) {
  const [, word = "", json, hex] = /^(\w+)(?: ([[{"].*?))?(?: = ([0-9a-f ]+))?$/.exec(text) ?? [];
  const content = json === undefined ? undefined : (JSON.parse(json) as unknown);
  return { word, content, hex };
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** `ask`, or `event delta`; `text` for what is no frame at all. */
function typeIn(frame: unknown): string {
  if (typeof frame !== "object" || frame === null || !("type" in frame)) return "text";
  const event = "event" in frame ? (frame.event as { type: string }) : undefined;
  return event === undefined ? String(frame.type) : `event ${event.type}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
