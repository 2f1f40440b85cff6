declare module "virtual:examples" {
  const examples: import("./project").Example[];
  export default examples;
}
