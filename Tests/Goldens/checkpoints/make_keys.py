"""Makes the key tables beside this file: python make_keys.py (timm 1.0.31, torchvision 0.27.1).

A table pairs the names of another library's network with the official ones. It is written only if
that network, given the official parameters of the synthetic rule (../README.md) under its own names
and in its own shapes, computes the official logits of ../classification in float64.
"""
import json
import pathlib
import re
import sys

import timm
import torch
import torchvision

FOLDER = pathlib.Path(__file__).parent
sys.path.insert(0, str(FOLDER.resolve().parent))
import synthetic  # noqa: E402


def renamed(name, rules):
    for pattern, replacement in rules:
        name, count = re.subn(pattern, replacement, name)
        if count:
            return name
    return name


def table(model, network, source, rules, flips=()):
    """The table of one network; `flips` holds convolutions whose colors are in the other order."""
    golden = json.loads((FOLDER / f"../classification/{model}.json").read_text())
    official = {name: shape for name, shape, _ in golden["state_dict"]}
    network = network.double().eval()
    state = network.state_dict()
    names = {name: renamed(name, rules) for name in state}
    assert sorted(names.values()) == sorted(official), sorted(set(names.values()) ^ set(official))
    reshaped = {}
    for name, tensor in state.items():
        if name.endswith("num_batches_tracked"):
            continue
        new = synthetic.value(names[name], official[names[name]])
        if name in flips:
            new = new.flip(1)
        if list(tensor.shape) != official[names[name]]:
            reshaped[name] = {"from": list(tensor.shape), "to": official[names[name]]}
        tensor.copy_(new.reshape(tensor.shape))
    difference = 0.0
    for case in (golden["cases"][0], golden["cases"][-1]):
        image = synthetic.image(case["input_shape"])
        with torch.no_grad():
            logits = network(image.flip(1) if flips else image)
        expected = torch.tensor(case["logits"], dtype=torch.float64)
        difference = max(difference, (logits - expected).abs().max().item())
    # The goldens have nine digits; an epsilon of 1e-5 in place of 1e-6 makes 3e-5.
    assert difference < 1e-8, (model, source, difference)
    print(model, source, len(names), difference)
    return {"from": source, "to": model, "reshaped": reshaped, "flipped": list(flips),
            "max_abs_logit_diff_float64": float(f"{difference:.1e}"), "map": names}


CONVNEXT = {"depths": [3, 3, 9, 3], "widths": [48, 96, 192, 384]}
CONVNEXT_TIMM = [
    (r"^stem\.", r"downsample_layers.0."),
    (r"^stages\.(\d)\.downsample\.", r"downsample_layers.\1."),
    (r"^(stages\.\d)\.blocks(\.\d)\.conv_dw\.", r"\1\2.dwconv."),
    (r"^(stages\.\d)\.blocks(\.\d)\.mlp\.fc(\d)\.", r"\1\2.pwconv\3."),
    (r"^(stages\.\d)\.blocks(\.\d)\.", r"\1\2."),
    (r"^head\.norm\.", r"norm."),
    (r"^head\.fc\.", r"head."),
]


def convnext_timm(**options):
    return timm.models.convnext.ConvNeXt(
        depths=CONVNEXT["depths"], dims=CONVNEXT["widths"], **options)


def convnext_torchvision():
    widths = CONVNEXT["widths"] + [None]
    settings = [
        torchvision.models.convnext.CNBlockConfig(width, following, depth)
        for width, following, depth in zip(widths, widths[1:], CONVNEXT["depths"])]
    return torchvision.models.ConvNeXt(settings)


def convnext_torchvision_rules():
    parts = {0: "dwconv", 2: "norm", 3: "pwconv1", 5: "pwconv2"}
    rules = [(r"^classifier\.0\.", "norm."), (r"^classifier\.2\.", "head.")]
    for stage in range(4):
        place = rf"^features\.{2 * stage + 1}\.(\d)\."
        rules += [(place + rf"block\.{index}\.", rf"stages.{stage}.\1.{part}.")
                  for index, part in parts.items()]
        rules += [(place + "layer_scale$", rf"stages.{stage}.\1.gamma"),
                  (rf"^features\.{2 * stage}\.", f"downsample_layers.{stage}.")]
    return rules


def mobilenet_rules():
    rules = [(r"^conv_stem\.", "features.0.0."), (r"^bn1\.", "features.0.1."),
             (r"^conv_head\.", "features.18.0."), (r"^bn2\.", "features.18.1."),
             (r"^classifier\.", "classifier.1.")]
    first = ["conv_dw", "bn1", "conv_pw", "bn2"]
    other = ["conv_pw", "bn1", "conv_dw", "bn2", "conv_pwl", "bn3"]
    index = 1
    for stage, depth in enumerate([1, 2, 3, 4, 3, 3, 1]):
        for block in range(depth):
            layers = other if stage else first
            places = [f"{step}.{part}" for step in range(len(layers) // 2 - 1) for part in (0, 1)]
            places += [str(len(layers) // 2 - 1), str(len(layers) // 2)]
            rules += [(rf"^blocks\.{stage}\.{block}\.{layer}\.", f"features.{index}.conv.{place}.")
                      for layer, place in zip(layers, places)]
            index += 1
    return rules


def mobilevit_rules(depths):
    convolution = [(r"\.conv\.", ".block.conv."), (r"\.bn\.", ".block.norm.")]
    layers = [("conv1_1x1", "block.exp_1x1"), ("conv2_kxk", "block.conv_3x3"),
              ("conv3_1x1", "block.red_1x1"), ("conv_kxk", "local_rep.conv_3x3"),
              ("conv_proj", "conv_proj"), ("conv_fusion", "fusion")]
    transformer = [("norm1", "pre_norm_mha.0"), (r"attn\.qkv", "pre_norm_mha.1.qkv_proj"),
                   (r"attn\.proj", "pre_norm_mha.1.out_proj"), ("norm2", "pre_norm_ffn.0"),
                   (r"mlp\.fc1", "pre_norm_ffn.1"), (r"mlp\.fc2", "pre_norm_ffn.4")]
    rules = [(r"^head\.", "classifier.")]
    for old, new in convolution:
        rules += [("^stem" + old, "conv_1" + new), ("^final_conv" + old, "conv_1x1_exp" + new)]
    for stage in range(5):
        place, layer = rf"^stages\.{stage}\.(\d)\.", f"layer_{stage + 1}." + r"\1."
        rules += [(place + name + old, layer + official + new)
                  for name, official in layers for old, new in convolution]
        rules += [(place + r"conv_1x1\.", layer + "local_rep.conv_1x1.block.conv."),
                  (place + r"norm\.", layer + f"global_rep.{depths.get(stage)}.")]
        rules += [(place + r"transformer\.(\d)\." + old + r"\.", layer + rf"global_rep.\2.{new}.")
                  for old, new in transformer]
    return rules


def write(file, content):
    text = json.dumps(content, indent=1)
    text = re.sub(r"\[\s+([\d,\s]+?)\s+\]", lambda m: f"[{' '.join(m[1].split())}]", text)
    (FOLDER / f"{file}_keys.json").write_text(text + "\n")


if __name__ == "__main__":
    torch.manual_seed(0)
    # The forms of an MLP as linear maps and as convolutions differ in shapes only.
    linear, convolutions = (table(
        "convnext_xt", convnext_timm(conv_mlp=conv_mlp), "timm 1.0.31, timm.models.convnext",
        CONVNEXT_TIMM) for conv_mlp in (False, True))
    assert linear["map"] == convolutions["map"]
    write("convnext_xt_timm", convolutions)
    write("convnext_xt_torchvision", table(
        "convnext_xt", convnext_torchvision(), "torchvision 0.27.1, torchvision.models.convnext",
        convnext_torchvision_rules()))
    write("mobilenetv2_timm", table(
        "mobilenetv2", timm.create_model("mobilenetv2_100"), "timm 1.0.31, mobilenetv2_100",
        mobilenet_rules()))
    for model in ["mobilevit_xs", "mobilevit_s", "mobilevit_xxs"]:
        content = table(
            model, timm.create_model(model), f"timm 1.0.31, {model}",
            mobilevit_rules({2: 2, 3: 4, 4: 3}), flips=["stem.conv.weight"])
    write("mobilevit_xxs_timm", content)
    for source, network in [("timm", timm.create_model("resnet50")),
                            ("torchvision", torchvision.models.resnet50())]:
        assert all(a == b for a, b in table("resnet50", network, source, [])["map"].items())
    table("mobilenetv2", torchvision.models.mobilenet_v2(), "torchvision", [])
