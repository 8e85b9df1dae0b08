import { isValidElement, memo, type ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

import { CodeBlock } from "./code-block";
import { splitBlocks } from "./markdown-blocks";

const plugins = [remarkGfm];

/** Markdown without raw HTML and without images: a model must not make the browser fetch an address. */
export function Markdown({ source }: { source: string }) {
  return (
    <div className="markdown">
      {splitBlocks(source).map((block, index) => (
        <Block key={index} source={block} />
      ))}
    </div>
  );
}

const Block = memo(function Block({ source }: { source: string }) {
  return (
    <div className="block">
      <ReactMarkdown remarkPlugins={plugins} components={components} skipHtml>
        {source}
      </ReactMarkdown>
    </div>
  );
});

const components: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer" className="focus-ring">
      {children}
    </a>
  ),
  img: ({ src, alt }) => (
    <a href={typeof src === "string" ? src : undefined} target="_blank" rel="noopener noreferrer" className="focus-ring">
      {alt || "Image"}
    </a>
  ),
  pre: ({ children }) => <CodeBlock {...fenced(children)} />,
  table: ({ children }) => (
    <div className="table focus-ring" role="region" aria-label="Table" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
};

function fenced(children: ReactNode): { code: string; language: string } {
  if (!isValidElement<{ className?: string; children?: ReactNode }>(children)) return { code: "", language: "" };
  const { className = "", children: content } = children.props;
  const code = typeof content === "string" ? content.replace(/\n$/, "") : "";
  return { code, language: /language-(\S+)/.exec(className)?.[1]?.toLowerCase() ?? "" };
}
