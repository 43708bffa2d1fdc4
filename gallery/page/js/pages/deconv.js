export const page = { name: "deconv", menu: () => null, open: () => ({ title: "", update: () => true }) };
