#!/usr/bin/env bash
# Trains DeepLabV3 on EdgeNeXt-XX-Small to tell the parts of street scenes apart, from the weights that
# come with the project:
#   train.sh DATA OUTPUT
#
# DATA is the CamVid data set of eleven classes in PASCAL VOC's layout. EDGEVISION names the program
# where it isn't in the path. The run can be gone on with: --resume auto.
set -euo pipefail
data=$1
output=$2
edgevision=${EDGEVISION:-edgevision}
"$edgevision" train --model deeplabv3_edgenext_xx_small --weights shipped --data "$data" \
  --output "$output" --size 384 --random-resize 0.75,1.5 --batch 8 --epochs 20 --lr 5e-4 \
  --head-lr-multiplier 2 --min-lr 1e-5 --schedule cosine --warmup-steps 100 --warmup-start-lr 1e-5 \
  --warmup-rule inclusive --weight-decay 0.05 --no-decay-all --ema-decay 0.998 --ema-warmup --seed 1
"$edgevision" eval --weights "$output/best-ema.safetensors" --data "$data" --part test \
  --best "$output/best.png" --worst "$output/worst.png" --confusion "$output/confusion.png"
