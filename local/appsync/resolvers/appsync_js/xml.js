// util.xml: XML as an object, the elements of one name as a list where there are several. What
// reads as a number or a truth value is one.
// https://docs.aws.amazon.com/appsync/latest/devguide/xml-helpers-in-utils-xml-js.html
"use strict";

appsync.util.xml = (() => {
  const { fromCodePoint } = String; // subset.js takes it away, and this
  const { create } = Object;
  const TOKEN = /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>]*>|<\/([^\s>]+)\s*>|<([^\s/>]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)/g;
  const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
  const ENTITIES = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
  const decoded = (text) => text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (all, decimal, hex, name) =>
    (name ? ENTITIES[name] || all : fromCodePoint(parseInt(decimal || hex, decimal ? 10 : 16))));
  const malformed = (why) => { throw new SyntaxError(`The XML is malformed: ${why}.`); };

  const add = (parent, name, value) => {
    if (!(name in parent.fields)) parent.fields[name] = value;
    else if (Array.isArray(parent.fields[name])) parent.fields[name].push(value);
    else parent.fields[name] = [parent.fields[name], value];
  };
  const element = (name, attributes) => {
    const opened = { name, fields: create(null), text: "" }; // an element may be named 'constructor'
    for (const [, key, double, single] of appsync.allMatches(ATTRIBUTE, attributes)) {
      opened.fields[key] = scalar(decoded(double === undefined ? single : double));
    }
    return opened;
  };
  const scalar = (text) => {
    if (/^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/.test(text)) return Number(text);
    return text === "true" ? true : text === "false" ? false : text;
  };
  const valueOf = ({ fields, text }) => {
    const content = scalar(text.trim());
    if (Object.keys(fields).length === 0) return content;
    return content === "" ? fields : { ...fields, content };
  };

  const toMap = (xml) => {
    const root = element("", "");
    const open = [root];
    for (const [, cdata, closed, name, attributes, isEmpty, text] of appsync.allMatches(TOKEN, String(xml))) {
      const parent = open[open.length - 1];
      if (cdata !== undefined) parent.text += cdata;
      else if (text !== undefined) parent.text += decoded(text);
      else if (closed !== undefined) {
        if (open.length === 1 || parent.name !== closed) malformed(`</${closed}> closes nothing`);
        open.pop();
        add(open[open.length - 1], closed, valueOf(parent));
      } else if (name !== undefined) {
        const opened = element(name, attributes);
        if (isEmpty) add(parent, name, valueOf(opened));
        else open.push(opened);
      }
    }
    if (open.length > 1) malformed(`<${open[open.length - 1].name}> is not closed`);
    return root.fields;
  };
  const toJsonString = (xml, stringEncode) => {
    const text = JSON.stringify(toMap(xml));
    return stringEncode ? JSON.stringify(text).slice(1, -1) : text;
  };
  return Object.freeze({ toMap, toJsonString });
})();
