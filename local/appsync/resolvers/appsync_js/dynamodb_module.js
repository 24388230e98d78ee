// '@aws-appsync/utils/dynamodb': requests to a DynamoDB data source from plain objects.
// AWS documents the requests' shapes and not their expressions' wording, which is ours.
// https://docs.aws.amazon.com/appsync/latest/devguide/built-in-modules-js.html
"use strict";

appsync.modules["@aws-appsync/utils/dynamodb"] = (() => {
  const { toDynamoDB, toMapValues } = appsync.util.dynamodb;
  const isGiven = (value) => value !== null && value !== undefined;
  const given = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => isGiven(value)));
  const picked = (object, names) => given(Object.fromEntries(names.map((name) => [name, object[name]])));

  const expression = (filter, what) => {
    if (!isGiven(filter)) return undefined;
    const found = appsync.filterExpression(filter);
    if (!found) throw new TypeError(`The ${what} ${JSON.stringify(filter)} has an operator or a value that DynamoDB has not.`);
    return found;
  };
  const projection = (paths) => {
    if (!isGiven(paths)) return undefined;
    const expressionNames = {};
    const path = (text) => text.split(".").map((part) => {
      const [, name, index] = /^(.*?)((?:\[\d+\])*)$/.exec(part);
      expressionNames[`#${name}`] = name;
      return `#${name}${index}`;
    }).join(".");
    return { expression: paths.map(path).join(", "), expressionNames };
  };

  const operations = new WeakMap(); // what an operation says of its attribute, by the object of it
  const operation = (kind) => (value, index) => {
    const made = { _type: kind };
    operations.set(made, { kind, value, index });
    return made;
  };
  const isPlain = (value) => typeof value === "object" && value !== null && !Array.isArray(value)
    && toDynamoDB(value).M !== undefined;

  const updateExpression = (changes) => {
    const [sets, removes, expressionNames, expressionValues] = [[], [], {}, {}];
    const named = (path, value) => {
      const name = `:${path.join("_")}`;
      expressionValues[name] = toDynamoDB(value);
      return name;
    };
    const change = (path, value) => {
      for (const name of path) expressionNames[`#${name}`] = name;
      const at = path.map((name) => `#${name}`).join(".");
      const { kind, value: operand } = operations.get(value) || {};
      const by = () => named(path, isGiven(operand) ? operand : 1);
      if (kind === "remove") removes.push(at);
      else if (kind === "increment") sets.push(`${at} = ${at} + ${by()}`);
      else if (kind === "decrement") sets.push(`${at} = ${at} - ${by()}`);
      else if (kind === "append") sets.push(`${at} = list_append(${at}, ${named(path, operand)})`);
      else if (kind === "prepend") sets.push(`${at} = list_append(${named(path, operand)}, ${at})`);
      else if (kind) sets.push(`${at} = ${named(path, operand)}`);
      else if (Array.isArray(value) && value.some((one) => operations.has(one))) items(path, at, value);
      else if (isPlain(value)) Object.keys(value).forEach((key) => change([...path, key], value[key]));
      else sets.push(`${at} = ${named(path, value)}`);
    };
    const items = (path, at, list) => list.forEach((one) => {
      const { value, index } = operations.get(one);
      sets.push(`${at}[${index}] = ${named([...path, index], value)}`);
    });
    Object.keys(changes).filter((key) => changes[key] !== undefined).forEach((key) => change([key], changes[key]));
    const clauses = [sets.length ? `SET ${sets.join(", ")}` : "", removes.length ? `REMOVE ${removes.join(", ")}` : ""];
    return { expression: clauses.filter(Boolean).join(" "), expressionNames, expressionValues };
  };

  const VERSIONED = ["customPartitionKey", "populateIndexFields", "_version"];
  const READ = ["index", "limit", "nextToken", "consistentRead", "totalSegments", "segment", "scanIndexForward", "select"];
  const read = (input) => ({ ...picked(input, READ),
    ...given({ filter: expression(input.filter, "filter"), projection: projection(input.projection) }) });
  const write = (input) => ({ ...given({ condition: expression(input.condition, "condition") }), ...picked(input, VERSIONED) });
  const keyed = (operation, { key }) => ({ operation, key: toMapValues(key) });
  const eachTable = (tables, make) =>
    Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, make(table)]));
  const WRITES = { putItem: "PutItem", updateItem: "UpdateItem", deleteItem: "DeleteItem", conditionCheck: "ConditionCheck" };
  const transactItem = (item) => {
    const [kind] = Object.keys(item);
    const input = item[kind];
    const condition = expression(input.condition, "condition");
    return given({ table: input.table, ...keyed(WRITES[kind], input),
      attributeValues: input.item && toMapValues(input.item),
      update: input.update && updateExpression(input.update),
      condition: condition && { ...condition, returnValuesOnConditionCheckFailure: true } });
  };

  return Object.freeze({
    get: (input) => ({ ...keyed("GetItem", input), ...read(input) }),
    put: (input) => ({ ...keyed("PutItem", input), attributeValues: toMapValues(input.item), ...write(input) }),
    update: (input) => ({ ...keyed("UpdateItem", input), update: updateExpression(input.update), ...write(input) }),
    remove: (input) => ({ ...keyed("DeleteItem", input), ...write(input) }),
    query: (input) => ({ operation: "Query", query: expression(input.query, "query"), ...read(input) }),
    scan: (input) => ({ operation: "Scan", ...read(input) }),
    sync: (input) => ({ operation: "Sync", ...picked(input, ["basePartitionKey", "deltaIndexName", "lastSync"]), ...read(input) }),
    batchGet: ({ tables }) => ({ operation: "BatchGetItem", tables: eachTable(tables, (table) =>
      ({ keys: table.keys.map(toMapValues), ...read(table) })) }),
    batchPut: ({ tables }) => ({ operation: "BatchPutItem", tables: eachTable(tables, (items) => items.map(toMapValues)) }),
    batchDelete: ({ tables }) => ({ operation: "BatchDeleteItem", tables: eachTable(tables, (keys) => keys.map(toMapValues)) }),
    transactGet: ({ items }) => ({ operation: "TransactGetItems", transactItems: items.map((item) =>
      given({ table: item.table, key: toMapValues(item.key), projection: projection(item.projection) })) }),
    transactWrite: ({ items }) => ({ operation: "TransactWriteItems", transactItems: items.map(transactItem) }),
    toStringSet: appsync.typedSet("SS"),
    toNumberSet: appsync.typedSet("NS"),
    toBinarySet: appsync.typedSet("BS"),
    operations: Object.freeze(Object.fromEntries(
      ["add", "remove", "replace", "increment", "decrement", "append", "prepend", "updateListItem"]
        .map((kind) => [kind, operation(kind)]),
    )),
  });
})();
