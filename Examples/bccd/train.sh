#!/usr/bin/env bash
# Trains SSD on EdgeNeXt-XX-Small to find blood cells, from the weights that come with the project:
#   train.sh DATA OUTPUT
#
# DATA is the BCCD data set with its annotations in COCO's layout (train.json, val.json, test.json) or
# in PASCAL VOC's. EDGEVISION names the program where it isn't in the path. The run can be gone on
# with: --resume auto.
set -euo pipefail
data=$1
output=$2
edgevision=${EDGEVISION:-edgevision}
"$edgevision" train --model ssd_edgenext_xx_small --weights shipped --data "$data" \
  --output "$output" --skip-bad --size 320 --batch 16 --epochs 80 --lr 1e-3 --min-lr 1e-5 \
  --schedule cosine --warmup-steps 100 --warmup-start-lr 1e-5 --warmup-rule inclusive \
  --weight-decay 0.05 --no-decay-all --ema-decay 0.998 --ema-warmup --seed 1
"$edgevision" eval --weights "$output/best-ema.safetensors" --data "$data" --part test \
  --best "$output/best.png" --worst "$output/worst.png"
