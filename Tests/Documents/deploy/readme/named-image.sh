# The image of the deployment, and no other, comes from where the page says.
"$CLEANUPD_PYTHON" - << 'END'
import os, re, yaml
folder = "deploy/kubernetes/"
images = yaml.safe_load(open(folder + "kustomization.yaml"))["images"]
used = re.findall(r"^ +image: (\S+?)(?::\S+)?$", open(folder + "deployment.yaml").read(), flags=re.MULTILINE)
assert images == [{"name": used[0], "newName": os.environ["IMAGE"], "newTag": os.environ["TAG"]}], (images, used)
END
