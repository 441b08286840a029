/** The words of an answer, with each citation as a numbered chip that opens its passage. */
import { memo } from "react";
import { readAnswer, type Block, type Span } from "./answerMarkup.ts";
import { CitationChip } from "./CitationChip.tsx";
import type { ShownCitation } from "./exchanges.ts";

interface AnswerTextProps {
  text: string;
  citations: readonly ShownCitation[];
  isStreaming: boolean;
}

export const AnswerText = memo(function AnswerText({
  text,
  citations,
  isStreaming,
}: AnswerTextProps) {
  return (
    <div className={isStreaming ? "answer-text answer-streaming" : "answer-text"}>
      {readAnswer(text).map((block, index) => (
        <BlockView key={index} block={block} citations={citations} />
      ))}
    </div>
  );
});

function BlockView({ block, citations }: { block: Block; citations: readonly ShownCitation[] }) {
  switch (block.kind) {
    case "heading":
      return (
        <h3>
          <Spans spans={block.spans} citations={citations} />
        </h3>
      );
    case "quote":
      return (
        <blockquote className="from-document">
          <Spans spans={block.spans} citations={citations} />
        </blockquote>
      );
    case "paragraph":
      return (
        <p>
          <Spans spans={block.spans} citations={citations} />
        </p>
      );
    case "code":
      return <pre>{block.text}</pre>;
    case "list": {
      const List = block.isOrdered ? "ol" : "ul";
      return (
        <List>
          {block.items.map((spans, index) => (
            <li key={index}>
              <Spans spans={spans} citations={citations} />
            </li>
          ))}
        </List>
      );
    }
  }
}

function Spans({ spans, citations }: { spans: Span[]; citations: readonly ShownCitation[] }) {
  return spans.map((span, index) => {
    switch (span.kind) {
      case "text":
        return span.text;
      case "strong":
        return <strong key={index}>{span.text}</strong>;
      case "em":
        return <em key={index}>{span.text}</em>;
      case "quotation":
        return (
          <q key={index} className="from-document">
            {span.text}
          </q>
        );
      case "code":
        return <code key={index}>{span.text}</code>;
      case "citation": {
        const citation = citations[span.number - 1];
        // while an answer streams, its marks come before what they point to
        if (!citation)
          return <span key={index} className="citation citation-waiting" aria-hidden="true" />;
        return <CitationChip key={index} number={span.number} citation={citation} />;
      }
    }
  });
}
