/**
 * A language model as the tutor sees it: messages in, a stream of text and tool calls out. Implemented
 * by src/model. Failures are errors with a code of contract/errors.ts (MODEL_…); an abort ends the
 * stream with the signal's reason.
 */
export type ChatMessage =
  | { role: "system" | "user"; content: string }
  | { role: "assistant"; content: string; toolCalls: ChatToolCall[] }
  | { role: "tool"; toolCallId: string; content: string };

export interface ChatToolCall {
  toolCallId: string;
  name: string;
  /** As the model wrote it: perhaps not JSON, perhaps not what the schema asks. */
  argumentsText: string;
}

export interface ChatTool {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  parameters: Record<string, unknown>;
}

export interface ChatRequest {
  messages: ChatMessage[];
  tools: ChatTool[];
  /** Null = the model the companion is configured with. */
  model: string | null;
  temperature: number;
  maxOutputTokens: number;
}

export type ChatPart =
  | { type: "text"; text: string }
  | { type: "toolCall"; call: ChatToolCall } // whole, once its arguments are complete
  | { type: "usage"; inputTokens: number; outputTokens: number };

export interface ChatModel {
  readonly name: string;
  stream(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatPart>;
}
