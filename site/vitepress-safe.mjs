/** A plugin of TypeDoc: what it writes is Markdown for VitePress, which takes `<T>` for a tag and `{{` for a template. */

import { MarkdownPageEvent } from "typedoc-plugin-markdown";

export function load(application) {
  application.renderer.on(MarkdownPageEvent.END, (page) => {
    // Code blocks stay as they are; so do spans of code, of which VitePress makes text.
    page.contents = page.contents
      .split(/(^```[\s\S]*?^```|`[^`\n]*`)/m)
      .map((part, index) =>
        index % 2 === 1 ? part : part.replaceAll(/(?<!\\)</g, "&lt;").replaceAll("{{", "&#123;&#123;"),
      )
      .join("");
  });
}
