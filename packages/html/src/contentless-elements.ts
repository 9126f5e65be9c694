/** Elements whose content is no part of the message's text: it goes with them. Other elements are replaced by their content. @internal */
export const contentlessElements: ReadonlySet<string> = new Set(
  "script style template noscript iframe noembed noframes object embed applet frameset title textarea xmp plaintext select audio video canvas".split(
    " ",
  ),
);
