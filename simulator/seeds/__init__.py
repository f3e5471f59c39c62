"""Unlucky days in a shop, each from one seed: the real loop, with clock, cloud, wires, disk, power and
people replaced. Started by `hyla-sim`."""
